#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pullan_analyzer::fuzz::skim(bytes));
