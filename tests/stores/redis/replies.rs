//! What a store makes of replies, over a connection that plays them: no server is needed.

use std::collections::VecDeque;
use std::error::Error;
use std::sync::{Arc, Mutex};

use countersign::*;
use redis::aio::ConnectionLike;
use redis::{Arg, Cmd, Pipeline, RedisFuture, ServerError, Value, make_extension_error};

/// Plays replies in order and notes the commands.
#[derive(Clone, Default)]
struct Played {
    replies: Arc<Mutex<VecDeque<Value>>>,
    commands: Arc<Mutex<Vec<Vec<Vec<u8>>>>>,
}

impl Played {
    fn of(replies: impl IntoIterator<Item = Value>) -> Self {
        Self { replies: Arc::new(Mutex::new(replies.into_iter().collect())), ..Self::default() }
    }

    fn reply(&self, command: &Cmd) -> Value {
        let arguments = command.args_iter().map(|argument| match argument {
            Arg::Simple(bytes) => bytes.to_vec(),
            _ => panic!("no cursor is used"),
        });
        self.commands.lock().unwrap().push(arguments.collect());
        self.replies.lock().unwrap().pop_front().expect("a command too many")
    }

    /// The names of the commands so far.
    fn names(&self) -> Vec<String> {
        let commands = self.commands.lock().unwrap();
        commands.iter().map(|command| String::from_utf8(command[0].clone()).unwrap()).collect()
    }
}

impl ConnectionLike for Played {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        Box::pin(async move { Ok(self.reply(command)) })
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        _: usize,
        _: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        Box::pin(async move { pipeline.cmd_iter().map(|command| Ok(self.reply(command))).collect() })
    }

    fn get_db(&self) -> i64 {
        0
    }
}

const KEY: Key = Key::from_bytes(*b"KEY-KEY-KEY-KEY-KEY-KEY-KEY-KEY-");

fn record(bytes: &[u8]) -> Record {
    Record::from_bytes(bytes)
}

fn bulk(text: &str) -> Value {
    Value::BulkString(text.as_bytes().to_vec())
}

fn refusal(code: &str, detail: &str) -> Value {
    let error = make_extension_error(code.to_owned(), Some(detail.to_owned()));
    Value::ServerError(ServerError::try_from(error).unwrap())
}

async fn store(connection: &Played) -> RedisStore<Played> {
    RedisOptions::new().assume_no_eviction().assume_durable().open(connection.clone()).await.unwrap()
}

async fn load(reply: Value) -> Result<Option<Record>, RedisStoreError> {
    store(&Played::of([reply])).await.load_async(&KEY).await
}

async fn create(reply: Value) -> Result<Swap, RedisStoreError> {
    store(&Played::of([reply])).await.swap_async(&KEY, None, &record(b"NEXT")).await
}

async fn swap(reply: Value) -> Result<Swap, RedisStoreError> {
    store(&Played::of([reply])).await.swap_async(&KEY, Some(&record(b"SEEN")), &record(b"NEXT")).await
}

/// Replies that no command of the store has; `Nil`, `Okay`, numbers and strings are each right for one of them.
fn strange() -> Vec<Value> {
    vec![
        Value::SimpleString("QUEUED".to_owned()),
        Value::SimpleString("1".to_owned()),
        Value::Array(vec![]),
        Value::Array(vec![Value::Int(1)]),
        Value::Boolean(true),
        Value::Double(1.0),
        Value::Map(vec![]),
        Value::Int(2),
        Value::Int(-1),
    ]
}

#[tokio::test]
async fn replies_are_read_strictly() {
    assert_eq!(load(Value::Nil).await.unwrap(), None);
    assert_eq!(load(bulk("")).await.unwrap(), Some(record(b"")), "an empty record is not absent");
    let long = vec![7; 100_000];
    assert_ne!(load(Value::BulkString(long.clone())).await.unwrap(), Some(record(&long[..Record::LONGEST])));
    assert_eq!(create(Value::Okay).await.unwrap(), Swap::Done);
    assert_eq!(create(Value::Nil).await.unwrap(), Swap::Stale);
    assert_eq!(swap(Value::Int(1)).await.unwrap(), Swap::Done);
    assert_eq!(swap(Value::Int(0)).await.unwrap(), Swap::Stale);
    for reply in strange().into_iter().chain([Value::Okay, Value::Int(1), Value::Int(0)]) {
        assert!(load(reply.clone()).await.is_err(), "GET: {reply:?}");
    }
    for reply in strange().into_iter().chain([bulk("OK"), Value::Int(1), Value::Int(0)]) {
        assert!(create(reply.clone()).await.is_err(), "SET: {reply:?}");
    }
    for reply in strange().into_iter().chain([bulk("1"), Value::Okay, Value::Nil]) {
        assert!(swap(reply.clone()).await.is_err(), "EVALSHA: {reply:?}");
    }
}

#[tokio::test]
async fn f55_a_servers_refusal_is_an_error_with_its_code() {
    for code in [
        "READONLY",
        "LOADING",
        "OOM",
        "CLUSTERDOWN",
        "MASTERDOWN",
        "NOREPLICAS",
        "MISCONF",
        "BUSY",
        "NOPERM",
        "WRONGTYPE",
        "MOVED",
        "TRYAGAIN",
        "NOAUTH",
    ] {
        let reply = refusal(code, "as it is");
        let errors = [
            load(reply.clone()).await.unwrap_err(),
            create(reply.clone()).await.unwrap_err(),
            swap(reply).await.unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.to_string(), "Redis refused a command");
            assert_eq!(error.source().unwrap().to_string(), format!("{code} as it is"));
        }
    }
}

#[tokio::test]
async fn f63_an_error_quotes_neither_key_nor_record() {
    let quotes = [
        "unknown command 'EVALSHA', with args beginning with: 'KEY-KEY' 'SEEN' 'NEXT'",
        "unknown command `GET`, with args beginning with: `KEY-KEY`, `SEEN`",
        "wrong \"KEY-KEY\" SEEN",
    ];
    for quote in quotes {
        let reply = refusal("ERR", quote);
        let errors = [load(reply.clone()).await.unwrap_err(), swap(reply).await.unwrap_err()];
        for error in errors.into_iter().chain([load(Value::SimpleString(quote.to_owned())).await.unwrap_err()]) {
            let said = format!("{error} {error:?} {:?}", error.source().map(|source| format!("{source} {source:?}")));
            assert!(!["KEY-KEY", "SEEN", "NEXT"].iter().any(|secret| said.contains(secret)), "{said}");
        }
    }
}

#[tokio::test]
async fn a_forgotten_script_is_sent_once_in_full() {
    let forgotten = || refusal("NOSCRIPT", "No matching script.");
    let played = Played::of([forgotten(), Value::Int(1), forgotten(), forgotten()]);
    let store = store(&played).await;
    let swap = async || store.swap_async(&KEY, Some(&record(b"SEEN")), &record(b"NEXT")).await;
    assert_eq!(swap().await.unwrap(), Swap::Done);
    assert!(swap().await.is_err(), "and not for ever");
    assert_eq!(played.names(), ["EVALSHA", "EVAL", "EVALSHA", "EVAL"]);
    let commands = played.commands.lock().unwrap();
    assert_eq!(commands[0][2..], commands[1][2..]);
    let key = [b"countersign:".as_slice(), KEY.as_bytes()].concat();
    assert_eq!(commands[0][2..], [b"1".to_vec(), key, b"SEEN".to_vec(), b"NEXT".to_vec()], "one key");
}

#[tokio::test]
async fn only_a_server_that_evicts_nothing_is_opened() {
    let open =
        async |reply| RedisOptions::new().lossy().open(Played::of([reply])).await.map_err(|error| error.to_string());
    let info = |policy: &str| bulk(&format!("# Memory\r\nmaxmemory:0\r\nmaxmemory_policy:{policy}\r\n"));
    let node = |policy| (bulk("127.0.0.1:1"), info(policy));
    let verbatim = |text: &str| Value::VerbatimString { format: redis::VerbatimFormat::Text, text: text.to_owned() };
    assert!(open(info("noeviction")).await.is_ok());
    assert!(open(verbatim("maxmemory_policy:noeviction\r\n")).await.is_ok());
    assert!(open(Value::Map(vec![node("noeviction"), node("noeviction")])).await.is_ok());
    for policy in ["allkeys-lru", "volatile-ttl", "NOEVICTION", "noeviction-not", ""] {
        assert!(open(info(policy)).await.unwrap_err().starts_with("Redis may evict records"), "{policy}");
        assert!(open(Value::Map(vec![node("noeviction"), node(policy)])).await.is_err(), "{policy} on one node");
    }
    let silent = [bulk(""), bulk("# maxmemory_policy:noeviction"), Value::Map(vec![]), Value::BulkString(vec![0xff])];
    for reply in silent {
        assert_eq!(open(reply).await.unwrap_err(), "Redis does not say what its maxmemory-policy is");
    }
    for reply in [Value::Nil, Value::Okay, Value::Array(vec![bulk("noeviction")]), refusal("NOPERM", "no")] {
        assert!(open(reply).await.is_err());
    }
    let unasked = Played::default();
    assert!(RedisOptions::new().assume_no_eviction().assume_durable().open(unasked.clone()).await.is_ok());
    assert!(unasked.names().is_empty());
}

#[tokio::test]
async fn only_a_server_that_keeps_what_it_acknowledged_is_opened() {
    let aof = |enabled: &str| bulk(&format!("# Persistence\r\nloading:0\r\naof_enabled:{enabled}\r\n"));
    let sync = |value: &str| Value::Array(vec![bulk("appendfsync"), bulk(value)]);
    let says = async |replies: Vec<Value>| {
        let opened = RedisOptions::new().assume_no_eviction().open(Played::of(replies)).await;
        opened.err().map(|error| error.to_string()).unwrap_or_default()
    };
    let both = Value::Map(vec![(bulk("127.0.0.1:1"), aof("1")), (bulk("127.0.0.1:2"), aof("1"))]);
    let one = Value::Map(vec![(bulk("127.0.0.1:1"), aof("1")), (bulk("127.0.0.1:2"), aof("0"))]);
    let map = Value::Map(vec![(bulk("appendfsync"), bulk("always"))]);
    assert_eq!(says(vec![aof("1"), sync("always")]).await, "");
    assert_eq!(says(vec![both, map]).await, "");
    for off in [aof("0"), aof(""), aof("10"), one] {
        assert_eq!(says(vec![off]).await, "Redis may lose what it acknowledged: appendonly is not yes");
    }
    for value in ["everysec", "no", "", "ALWAYS"] {
        let said = says(vec![aof("1"), sync(value)]).await;
        assert_eq!(said, "Redis may lose what it acknowledged: appendfsync is not always");
    }
    for reply in [bulk(""), Value::Map(vec![])] {
        assert_eq!(says(vec![reply]).await, "Redis does not say what its appendonly is");
    }
    for reply in [Value::Array(vec![]), Value::Map(vec![]), Value::Okay, Value::Nil] {
        assert_eq!(says(vec![aof("1"), reply]).await, "Redis does not say what its appendfsync is");
    }
    assert_eq!(says(vec![aof("1"), refusal("NOPERM", "no")]).await, "Redis refused a command");
}

#[tokio::test]
async fn what_too_few_replicas_have_is_unknown() {
    let ask = async |reply: Value, waited: Value| {
        let played = Played::of([reply, waited]);
        let store =
            RedisOptions::new().assume_no_eviction().assume_durable().replicas(2).open(played.clone()).await.unwrap();
        let answer = store.swap_async(&KEY, Some(&record(b"SEEN")), &record(b"NEXT")).await;
        assert_eq!(played.names(), ["EVALSHA", "WAIT"]);
        assert_eq!(played.commands.lock().unwrap()[1][1..], [b"2".to_vec(), b"666".to_vec()]);
        answer
    };
    assert_eq!(ask(Value::Int(1), Value::Int(2)).await.unwrap(), Swap::Done);
    assert_eq!(ask(Value::Int(1), Value::Int(3)).await.unwrap(), Swap::Done);
    assert_eq!(ask(Value::Int(0), Value::Int(2)).await.unwrap(), Swap::Stale);
    for waited in [Value::Int(1), Value::Int(0), Value::Int(-1), Value::Nil, Value::Okay, refusal("ERR", "WAIT")] {
        assert!(ask(Value::Int(1), waited.clone()).await.is_err(), "{waited:?}");
    }
    assert!(ask(refusal("READONLY", "no"), Value::Int(2)).await.is_err());
    let played = Played::of([bulk("SEEN"), Value::Int(1)]);
    let store =
        RedisOptions::new().assume_no_eviction().assume_durable().replicas(2).open(played.clone()).await.unwrap();
    assert!(store.load_async(&KEY).await.is_err(), "a load is what tells whether an unknown swap landed");
}

#[test]
fn a_prefix_has_one_tag_at_most() {
    let prefix = |text: &str| RedisOptions::new().prefix(text);
    for good in ["", "a", "shop:", "{shop}:", "a{b}c", &"x".repeat(64)] {
        assert!(prefix(good).is_ok(), "{good}");
    }
    for bad in
        ["a b", "a\n", "ä", "{", "}", "{}", "a{", "}a{", "{a", "a}", "{a}{b}", "{{a}}", "{a}}", &"x".repeat(65)]
    {
        assert!(prefix(bad).is_err(), "{bad}");
    }
}
