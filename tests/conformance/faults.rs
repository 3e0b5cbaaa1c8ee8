//! The faulty stores, for both traits.
