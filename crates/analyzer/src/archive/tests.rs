//! Archives made in memory: well-formed, damaged and hostile ones.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::{Analyzer, Limit, Report, RuleSet};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Cursor, Write};

const REFUSED: &[u8] =
    b"Warning  Failed  9s  kubelet  Failed to pull image \"r.example/a:1\": dial tcp 10.0.0.1:443: connect: connection refused\n";
const MISSING: &[u8] = b"Warning  Failed  9s  kubelet  Failed to pull image \"r.example/a:2\": r.example/a:2: not found\n";

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn tar_header(name: &str, kind: ::tar::EntryType, size: usize) -> ::tar::Header {
    let mut header = ::tar::Header::new_gnu();
    // Past `set_path`, which refuses the paths that matter here.
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_size(size as u64);
    header.set_cksum();
    header
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        builder.append(&tar_header(name, ::tar::EntryType::Regular, bytes.len()), *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

/// A file of a zip as the test wants it, true or not.
struct Packed {
    name: &'static str,
    method: u16,
    flags: u16,
    data: Vec<u8>,
    crc: u32,
    size: u32,
}

fn deflated(name: &'static str, bytes: &[u8]) -> Packed {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    Packed { name, method: 8, flags: 0, data: encoder.finish().unwrap(), crc: crc.sum(), size: bytes.len() as u32 }
}

/// Deflated data of so many MiB of one byte: the same flushed blocks again and again.
fn deflated_run(byte: u8, mib: usize) -> Vec<u8> {
    let mut block = Vec::with_capacity(1 << 16);
    flate2::Compress::new(Compression::best(), false).compress_vec(&vec![byte; 1 << 20], &mut block, flate2::FlushCompress::Full).unwrap();
    [block.repeat(mib).as_slice(), b"\x03\0"].concat()
}

fn zip(files: &[Packed]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for file in files {
        let at = out.len() as u32;
        let common: Vec<u8> = [
            file.flags.to_le_bytes().as_slice(),
            &file.method.to_le_bytes(),
            &[0; 4],
            &file.crc.to_le_bytes(),
            &(file.data.len() as u32).to_le_bytes(),
            &file.size.to_le_bytes(),
            &(file.name.len() as u16).to_le_bytes(),
            &[0; 2],
        ]
        .concat();
        out.extend([b"PK\x03\x04\x14\0".as_slice(), &common, file.name.as_bytes(), &file.data].concat());
        directory.extend([b"PK\x01\x02\x14\x03\x14\0".as_slice(), &common, &[0; 10], &at.to_le_bytes(), file.name.as_bytes()].concat());
    }
    let (count, start) = ((files.len() as u16).to_le_bytes(), (out.len() as u32).to_le_bytes());
    out.extend(
        [directory.as_slice(), b"PK\x05\x06\0\0\0\0", &count, &count, &(directory.len() as u32).to_le_bytes(), &start, &[0; 2]].concat(),
    );
    out
}

fn read_within(name: &str, bytes: &[u8], limits: Limits) -> Report {
    let analyzer = Analyzer::new(RuleSet::builtin());
    let mut session = analyzer.session();
    session.read_archive(name, bytes, &limits).unwrap();
    session.finish()
}

fn read(name: &str, bytes: &[u8]) -> Report {
    read_within(name, bytes, Limits::default())
}

fn rules(report: &Report) -> Vec<&str> {
    report.diagnoses.iter().map(|diagnosis| diagnosis.rule.as_str()).collect()
}

fn limit(what: &str, source: &str) -> Limit {
    Limit { what: what.to_owned(), source: Some(source.to_owned()), left_out: 1 }
}

#[test]
fn every_container_is_known_by_its_bytes() {
    let files: [(&str, &[u8]); 2] = [("ns/a.txt", REFUSED), ("b.txt", MISSING)];
    let zipped = zip(&[deflated("ns/a.txt", REFUSED), deflated("b.txt", MISSING)]);
    let plain = read("x", &[REFUSED, MISSING].concat());
    assert_eq!(plain.diagnoses.len(), 2);
    for archive in [tar(&files), gz(&tar(&files)), zst(&tar(&files)), zipped.clone(), gz(&zipped)] {
        let report = read("bundle", &archive);
        assert_eq!(report.sources, ["bundle!ns/a.txt", "bundle!b.txt"]);
        assert_eq!(rules(&report), rules(&plain));
        assert_eq!(report.limits, []);
    }
    for compressed in [
        gz(REFUSED),
        zst(REFUSED),
        [gz(&REFUSED[..50]), gz(&REFUSED[50..])].concat(),
        [b"\x50\x2a\x4d\x18\x02\0\0\0xx".as_slice(), &zst(&REFUSED[..50]), &zst(&REFUSED[50..])].concat(),
    ] {
        let report = read("events.log", &compressed);
        assert_eq!(report.sources, ["events.log"]);
        assert_eq!(report.diagnoses[0].rule, "tcp-connection-refused");
    }
}

#[test]
fn archives_in_archives_are_opened_twice() {
    let third = gz(&tar(&[("deep.log.gz", &gz(REFUSED)), ("flat.log", MISSING)]));
    let bundle = gz(&tar(&[
        ("0.log.gz", &gz(REFUSED)),
        ("inner.tar.gz", &third),
        ("z.zip", &zip(&[deflated("a", MISSING)])),
        ("last.txt", REFUSED),
    ]));
    let report = read("b.tgz", &bundle);
    assert_eq!(report.sources, ["b.tgz!0.log.gz", "b.tgz!inner.tar.gz!flat.log", "b.tgz!z.zip!a", "b.tgz!last.txt"]);
    assert_eq!(report.limits, [limit("archives nested deeper than 2", "b.tgz!inner.tar.gz")]);
    // Compression around compression is a level too, or a file that inflates to itself would never end.
    let layers = (0..5).fold(REFUSED.to_vec(), |inner, _| gz(&inner));
    assert_eq!(read("x.gz", &layers).limits, [limit("archives nested deeper than 2", "x.gz")]);
    assert_eq!(read("x.gz", &gz(&gz(REFUSED))).diagnoses.len(), 1);
}

#[test]
fn only_text_files_are_read() {
    let mut builder = ::tar::Builder::new(Vec::new());
    let kinds =
        [::tar::EntryType::Directory, ::tar::EntryType::Symlink, ::tar::EntryType::Link, ::tar::EntryType::Char, ::tar::EntryType::Fifo];
    for (number, kind) in kinds.into_iter().enumerate() {
        builder.append(&tar_header(&format!("entry-{number}"), kind, 0), io::empty()).unwrap();
    }
    let utf16: Vec<u8> = String::from_utf8_lossy(REFUSED).encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in
        [("etcd.db", [0; 4096].as_slice()), ("logo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x01"), ("empty", b""), ("utf16.txt", &utf16)]
    {
        builder.append(&tar_header(name, ::tar::EntryType::Regular, bytes.len()), bytes).unwrap();
    }
    let report = read("b.tar", &builder.into_inner().unwrap());
    assert_eq!(report.sources, ["b.tar!utf16.txt"]);
    assert_eq!(report.limits, [Limit { left_out: 2, ..limit("files that are not text", "b.tar") }]);
    assert_eq!(report.diagnoses.len(), 1);
    assert_eq!(read("x.tar.xz", b"\xfd7zXZ\0\0\x04").limits, [limit("xz archives: unpack them first", "x.tar.xz")]);
}

#[test]
fn paths_are_labels_only() {
    let long = format!("{}0.log", "namespaces/".repeat(20));
    let mut builder = ::tar::Builder::new(Vec::new());
    for name in ["../../etc/cron.d/x", "/abs/x", "a\x1b[2Jb", "/abs/x"] {
        builder.append(&tar_header(name, ::tar::EntryType::Regular, 3), b"x y".as_slice()).unwrap();
    }
    builder.append_data(&mut tar_header("", ::tar::EntryType::Regular, 3), &long, b"x y".as_slice()).unwrap();
    builder.append_pax_extensions([("path", "pax/이름.log".as_bytes())]).unwrap();
    builder.append(&tar_header("short", ::tar::EntryType::Regular, 3), b"x y".as_slice()).unwrap();
    let report = read("b", &builder.into_inner().unwrap());
    let expected = ["b!etc/cron.d/x", "b!abs/x", "b!a\u{fffd}[2Jb", "b!abs/x (2)", &format!("b!{long}"), "b!pax/이름.log"];
    assert_eq!(report.sources, expected);
}

#[test]
fn a_reached_bound_is_said_and_the_rest_is_read() {
    let long = b"some words of a log\n".repeat(1_000);
    let files: [(&str, &[u8]); 3] = [("a.txt", REFUSED), ("long.txt", &long), ("z.txt", MISSING)];
    let (tarred, zipped) = (gz(&tar(&files)), zip(&[deflated("a.txt", REFUSED), deflated("long.txt", &long), deflated("z.txt", MISSING)]));
    for archive in [&tarred, &zipped] {
        let cut = read_within("b", archive, Limits { entry_bytes: 2_000, ..Limits::default() });
        assert_eq!(cut.limits, [limit("file after its first 2000 bytes", "b!long.txt")]);
        assert_eq!((cut.coverage.lines, cut.diagnoses.len()), (102, 2));
        let few = read_within("b", archive, Limits { entries: 2, ..Limits::default() });
        assert_eq!(few.limits, [limit("rest of an archive after 2 entries", "b")]);
        assert_eq!(few.sources, ["b!a.txt", "b!long.txt"]);
        let total = read_within("b", archive, Limits { total_bytes: 15_000, ..Limits::default() });
        assert_eq!(total.limits, [limit("rest of an archive after 15000 bytes of inflated data", "b")]);
        assert_eq!((total.sources.len(), total.diagnoses.len()), (2, 1));
    }
    let ratio = Limits { ratio: 20, ratio_from: 10_000, ..Limits::default() };
    let tarred = read_within("b", &tar(&[("a.gz", &gz(REFUSED)), ("long.gz", &gz(&long)), ("z.txt", MISSING)]), ratio);
    // Beside something that hardly shrinks, or the archive as a whole would be over the ratio.
    let noise: Vec<u8> = (0..3_000_u32).map(|number| 33 + (number.wrapping_mul(2_654_435_761) >> 24) as u8 % 90).collect();
    let zipped = zip(&[deflated("a.txt", REFUSED), deflated("long.txt", &long), deflated("noise", &noise), deflated("z.txt", MISSING)]);
    for report in [tarred, read_within("b", &zipped, ratio)] {
        assert!(report.limits[0].what == "rest of data that inflates more than 20:1", "{:?}", report.limits);
        assert_eq!((report.limits.len(), report.diagnoses.len()), (1, 2), "{:?}", report.limits);
    }
}

#[test]
fn a_zip_in_a_stream_is_kept_in_memory_up_to_a_bound() {
    let small = zip(&[deflated("a", REFUSED)]);
    let report = read_within("b", &tar(&[("x.zip", &small), ("z.txt", MISSING)]), Limits { zip_bytes: 50, ..Limits::default() });
    assert_eq!(report.limits, [limit("zip archives of more than 50 bytes in a stream", "b!x.zip")]);
    assert_eq!(report.sources, ["b!z.txt"]);
    let analyzer = Analyzer::new(RuleSet::builtin());
    let mut session = analyzer.session();
    session.read_archive_file("x.zip", Cursor::new(&small), &Limits { zip_bytes: 0, ..Limits::default() }).unwrap();
    session.read_archive_file("x.gz", Cursor::new(gz(MISSING)), &Limits::default()).unwrap();
    assert_eq!(session.finish().sources, ["x.zip!a", "x.gz"]);
}

#[test]
fn sizes_and_checksums_in_a_zip_are_not_believed() {
    let bomb = |size| Packed { size, data: deflated_run(b'a', 64), ..deflated("bomb.txt", b"") };
    for size in [7, u32::MAX - 1] {
        let report = read("b.zip", &zip(&[bomb(size), deflated("a.txt", REFUSED)]));
        assert!(report.limits.contains(&limit("rest of data that inflates more than 1000:1", "b.zip!bomb.txt")), "{:?}", report.limits);
        assert_eq!(report.diagnoses.len(), 1);
    }
    let wrong = Packed { crc: 1, ..deflated("wrong.txt", REFUSED) };
    let locked = Packed { flags: 1, ..deflated("locked.txt", REFUSED) };
    let odd = Packed { method: 14, ..deflated("odd.txt", REFUSED) };
    let stored = Packed { method: 0, data: MISSING.to_vec(), ..deflated("stored.txt", MISSING) };
    let framed = Packed { method: 93, data: zst(MISSING), ..deflated("framed.txt", MISSING) };
    let report = read("b.zip", &zip(&[wrong, locked, odd, stored, framed]));
    let expected = [
        limit("rest of damaged data (checksum mismatch)", "b.zip!wrong.txt"),
        limit("encrypted files", "b.zip"),
        limit("files of an unknown compression", "b.zip"),
    ];
    assert_eq!(report.limits, expected);
    assert_eq!(report.sources, ["b.zip!wrong.txt", "b.zip!stored.txt", "b.zip!framed.txt"]);
}

#[test]
fn files_of_a_zip_that_share_their_data_have_one_ratio() {
    // One compressed stretch, a thousand files that claim it.
    let mut archive = zip(&[deflated("a", &vec![b'a'; 1 << 20])]);
    let end = archive.len() - 22;
    let start = archive.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let record = archive[start..end].to_vec();
    let tail = archive.split_off(end);
    for _ in 1..1_000 {
        archive.extend(&record);
    }
    let count = 1_000_u16.to_le_bytes();
    archive.extend([&tail[..8], &count, &count, &tail[12..]].concat());
    let report = read_within("b.zip", &archive, Limits { ratio: 100, ratio_from: 2 << 20, ..Limits::default() });
    assert_eq!(report.limits[0], limit("rest of data that inflates more than 100:1", "b.zip"));
    assert!(report.sources.len() < 20);
}

#[test]
fn damage_costs_what_is_damaged() {
    let long: Vec<u8> =
        (0..20_000).flat_map(|number: u32| format!("line {number} of {}\n", number.wrapping_mul(2_654_435_761)).into_bytes()).collect();
    let text = [REFUSED, &long].concat();
    let cut = gz(&text);
    let report = read("b.gz", &cut[..cut.len() / 2]);
    assert!(report.limits[0].what.starts_with("rest of damaged data ("), "{:?}", report.limits);
    assert_eq!((report.diagnoses.len(), report.limits.len()), (1, 1));
    // A damaged member does not end the archive around it, and the end of the archive itself is said once.
    let bundle = gz(&tar(&[("a.gz", &cut[..cut.len() / 2]), ("b.txt", MISSING), ("c.txt", &long)]));
    let report = read("b.tgz", &bundle);
    assert_eq!((report.diagnoses.len(), report.limits.len()), (2, 1));
    assert_eq!(report.limits[0].source.as_deref(), Some("b.tgz!a.gz"));
    let report = read("b.tgz", &bundle[..bundle.len() - 1_000]);
    assert_eq!(report.limits.iter().filter_map(|limit| limit.source.as_deref()).collect::<Vec<_>>(), ["b.tgz!a.gz", "b.tgz"]);
    let report = read("b.tar", &tar(&[("a.txt", REFUSED), ("c.txt", &long)])[..5_000]);
    assert_eq!((report.diagnoses.len(), report.limits.len()), (1, 1));
}

#[test]
fn no_bytes_make_it_panic() {
    let files: [(&str, &[u8]); 2] = [("a.txt", REFUSED), ("b.gz", &gz(MISSING))];
    let limits = Limits { total_bytes: 1 << 20, ..Limits::default() };
    for archive in [gz(&tar(&files)), zst(&tar(&files)), tar(&files), zip(&[deflated("a", REFUSED), deflated("b", MISSING)])] {
        // A tar is mostly padding.
        for at in (0..archive.len()).step_by(if archive.len() > 2_000 { 7 } else { 1 }) {
            for flip in [0xff, 0x01] {
                let mut damaged = archive.clone();
                damaged[at] ^= flip;
                read_only("x", &damaged, limits);
            }
            read_only("x", &archive[..at], limits);
        }
    }
}

/// Without judging, which is most of the work.
fn read_only(name: &str, bytes: &[u8], limits: Limits) {
    thread_local!(static ANALYZER: Analyzer = Analyzer::new(RuleSet::builtin()));
    ANALYZER.with(|analyzer| analyzer.session().read_archive(name, bytes, &limits).unwrap());
}

#[test]
fn long_names_are_bounded() {
    let name = vec![b'n'; 8 << 20];
    let mut archive = Vec::new();
    let mut longname = tar_header("././@LongLink", ::tar::EntryType::GNULongName, name.len());
    longname.set_cksum();
    archive.extend(longname.as_bytes());
    archive.extend(&name);
    archive.extend(tar(&[("a", REFUSED)]));
    let report = read("b.tar", &[tar(&[("first", REFUSED)])[..1_024].to_vec(), archive].concat());
    assert_eq!(report.sources, ["b.tar!first"]);
    assert_eq!(report.limits, [limit("rest of damaged data (its names or attributes are too large)", "b.tar")]);
}

#[test]
fn a_sparse_file_of_an_exabyte_is_cut() {
    let mut header = tar_header("sparse", ::tar::EntryType::GNUSparse, 512);
    let gnu = header.as_gnu_mut().unwrap();
    gnu.realsize[..12].copy_from_slice(b"777777777777");
    gnu.sparse[0].offset[..12].copy_from_slice(b"000000000000");
    gnu.sparse[0].numbytes[..12].copy_from_slice(b"000000001000");
    gnu.sparse[1].offset[..12].copy_from_slice(b"777777777777");
    gnu.sparse[1].numbytes[..12].copy_from_slice(b"000000000000");
    header.set_cksum();
    let archive = [header.as_bytes().as_slice(), &REFUSED.repeat(5)[..512], &tar(&[("z.txt", MISSING)])].concat();
    let report = read_within("b.tar", &archive, Limits { entry_bytes: 1 << 20, ..Limits::default() });
    assert_eq!(report.sources, ["b.tar!sparse", "b.tar!z.txt"]);
    assert_eq!(report.limits[0], limit("file after its first 1 MiB", "b.tar!sparse"));
}

#[test]
fn an_error_of_the_reader_is_an_error() {
    struct Fails<'b>(&'b [u8]);
    impl Read for Fails<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer) {
                Ok(0) => Err(io::Error::new(io::ErrorKind::ConnectionReset, "gone")),
                result => result,
            }
        }
    }
    let bundle = tar(&[("a.gz", &gz(REFUSED)), ("b.txt", MISSING)]);
    for bytes in [REFUSED, &bundle[..1_100]] {
        let analyzer = Analyzer::new(RuleSet::builtin());
        let mut session = analyzer.session();
        let error = session.read_archive("x", Fails(bytes), &Limits::default()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        let report = session.finish();
        assert_eq!((report.diagnoses.len(), report.limits.len()), (1, 0), "{:?}", report.sources);
    }
}
