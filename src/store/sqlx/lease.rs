use sqlx::pool::PoolConnection;
use sqlx::{Database, Pool};

/// A connection of the pool, for one call.
///
/// Unless the call ends well, the connection is closed rather than lent again: it may still owe an answer, which
/// another call would take for its own, or lead to a server that has become a replica.
pub(super) struct Lease<DB: Database> {
    connection: PoolConnection<DB>,
    ended_well: bool,
}

impl<DB: Database> Lease<DB> {
    pub(super) async fn of(pool: &Pool<DB>) -> Result<Self, sqlx::Error> {
        Ok(Self { connection: pool.acquire().await?, ended_well: false })
    }

    pub(super) fn connection(&mut self) -> &mut DB::Connection {
        &mut self.connection
    }

    pub(super) fn give_back(mut self) {
        self.ended_well = true;
    }
}

impl<DB: Database> Drop for Lease<DB> {
    fn drop(&mut self) {
        if !self.ended_well {
            self.connection.close_on_drop();
        }
    }
}
