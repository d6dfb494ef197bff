//! How the time of an analysis grows with the length of an input, for shapes that invite quadratic work.
//!
//! Run with `cargo bench -p pullan-analyzer --bench growth [WORD]`. Nothing here passes or fails: four times the input
//! should take four times as long, and what takes much more is worth a look.

#[path = "../tests/shape/mod.rs"]
mod shape;

use pullan_analyzer::{Analyzer, RuleSet};
use std::time::{Duration, Instant};

const SIZES: [usize; 3] = [64 << 10, 256 << 10, 1 << 20];

#[allow(clippy::print_stdout, clippy::disallowed_methods)] // a benchmark shows what it measured, by a clock
fn main() {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    let analyzer = Analyzer::new(RuleSet::builtin());
    let time = |text: String| {
        let start = Instant::now();
        std::hint::black_box(analyzer.analyze("input", text.as_bytes()));
        start.elapsed()
    };
    println!("{:>10} {:>10} {:>10}  growth of the last step", "64 KiB", "256 KiB", "1 MiB");
    for shape in shape::all().iter().filter(|shape| shape.what.contains(&wanted)) {
        let [a, b, c] = SIZES.map(|size| time(shape.of(size)));
        let growth = c.as_secs_f64() / b.max(Duration::from_micros(1)).as_secs_f64();
        println!(
            "{:>8.1}ms {:>8.1}ms {:>8.1}ms  {growth:>4.1}  {}",
            a.as_secs_f64() * 1e3,
            b.as_secs_f64() * 1e3,
            c.as_secs_f64() * 1e3,
            shape.what
        );
    }
}
