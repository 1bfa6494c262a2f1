//! The programs in the book, compiled and run as doc tests. A page with Rust in it belongs here; that
//! it does is a test (`tests/book.rs`). The README is tested by `mean-cluster`.

#[doc = include_str!("../../docs/tutorial.md")]
struct Tutorial;

#[doc = include_str!("../../docs/your-own-data.md")]
struct YourOwnData;

#[doc = include_str!("../../docs/write-your-own-closure.md")]
struct WriteYourOwnClosure;

#[doc = include_str!("../../docs/write-your-own-energy.md")]
struct WriteYourOwnEnergy;

#[doc = include_str!("../../docs/write-your-own-sampler.md")]
struct WriteYourOwnSampler;

#[doc = include_str!("../../docs/write-your-own-lattice.md")]
struct WriteYourOwnLattice;

#[doc = include_str!("../../docs/faq.md")]
struct Faq;
