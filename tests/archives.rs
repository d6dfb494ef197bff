//! The program reads archives as it reads the files in them, and hostile ones end with a clear answer.
//!
//! `archives/guide` holds the texts; the `.zip` is Info-ZIP's and the `.tar.zst` GNU tar's and zstd's, so that more than
//! our own understanding of the formats is tested.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the program answered.
struct Answer {
    code: Option<i32>,
    report: Value,
}

impl Answer {
    /// The diagnoses, sources renamed.
    fn diagnoses(&self, from: &str, to: &str) -> String {
        self.report["diagnoses"].to_string().replace(from, to)
    }

    /// Rules of the diagnoses.
    fn rules(&self) -> Vec<&str> {
        self.report["diagnoses"].as_array().unwrap().iter().filter_map(|diagnosis| diagnosis["rule"].as_str()).collect()
    }

    /// What was left out, and of what.
    fn limits(&self) -> Vec<(&str, &str)> {
        let limits = self.report["limits"].as_array().unwrap();
        limits.iter().map(|limit| (limit["what"].as_str().unwrap(), limit["source"].as_str().unwrap_or_default())).collect()
    }

    /// Names of the sources, each once.
    fn sources(&self) -> Vec<&str> {
        let segments = self.report["coverage"]["segments"].as_array().unwrap();
        let mut names: Vec<&str> = segments.iter().filter_map(|segment| segment["source"].as_str()).collect();
        names.dedup();
        names
    }
}

fn analyze(folder: &Path, paths: &[&str]) -> Answer {
    answer(
        Command::new(env!("CARGO_BIN_EXE_pullan")).current_dir(folder).args(["analyze", "--format", "json"]).args(paths).output().unwrap(),
    )
}

fn answer(output: std::process::Output) -> Answer {
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    Answer { code: output.status.code(), report }
}

fn texts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/archives")
}

/// An empty folder for one test.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("archives").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// The texts, sorted by name, as a walk finds them.
fn tar_of_texts() -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_dir("guide", texts().join("guide")).unwrap();
    for name in names() {
        builder.append_path_with_name(texts().join("guide").join(&name), format!("guide/{name}")).unwrap();
    }
    builder.into_inner().unwrap()
}

fn names() -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(texts().join("guide")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn an_archive_says_what_its_files_say() {
    let folder = folder("same");
    let plain = analyze(&texts(), &["guide"]);
    assert!(plain.rules().len() >= 4 && plain.code == Some(1));
    fs::write(folder.join("bundle.tar.gz"), gz(&tar_of_texts())).unwrap();
    fs::write(folder.join("renamed.txt"), zst(&tar_of_texts())).unwrap();
    for name in ["guide.zip", "guide.tar.zst"] {
        fs::copy(texts().join(name), folder.join(name)).unwrap();
    }
    for name in ["bundle.tar.gz", "renamed.txt", "guide.tar.zst", "guide.zip"] {
        let answer = analyze(&folder, &[name]);
        assert_eq!(answer.limits(), [], "{name}");
        assert_eq!(answer.report["coverage"]["lines"], plain.report["coverage"]["lines"]);
        let mut sources = answer.sources();
        sources.sort_unstable();
        assert_eq!(sources, names().iter().map(|text| format!("{name}!guide/{text}")).collect::<Vec<_>>());
        if name == "guide.zip" {
            // Info-ZIP keeps the order in which it met the files.
            let sorted = |answer: &Answer| {
                let mut rules: Vec<String> = answer.rules().into_iter().map(str::to_owned).collect();
                rules.sort();
                rules
            };
            assert_eq!(sorted(&answer), sorted(&plain));
        } else {
            assert_eq!(answer.diagnoses(&format!("{name}!guide/"), "guide/"), plain.diagnoses("", ""), "{name}");
        }
    }
}

#[test]
fn a_compressed_file_says_what_it_says() {
    let folder = folder("compressed");
    for name in names() {
        let text = fs::read(texts().join("guide").join(&name)).unwrap();
        let plain = analyze(&texts().join("guide"), &[&name]);
        for (ending, bytes) in [("gz", gz(&text)), ("zst", zst(&text))] {
            let packed = format!("{name}.{ending}");
            fs::write(folder.join(&packed), bytes).unwrap();
            let answer = analyze(&folder, &[&packed]);
            assert_eq!(answer.diagnoses(&packed, &name), plain.diagnoses("", ""), "{packed}");
            assert_eq!((answer.code, answer.limits().len()), (plain.code, 0), "{packed}");
        }
    }
}

#[test]
fn a_directory_is_walked_and_its_archives_are_opened() {
    let folder = folder("walk");
    fs::create_dir_all(folder.join("dump/logs")).unwrap();
    let (refused, missing) = (texts().join("guide/events-timeout.txt"), texts().join("guide/not-found-docker.txt"));
    fs::write(folder.join("dump/a.log.gz"), gz(&fs::read(&missing).unwrap())).unwrap();
    fs::write(folder.join("dump/b.tar.gz"), gz(&tar_of_texts())).unwrap();
    fs::write(folder.join("dump/c.png"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0").unwrap();
    fs::write(folder.join("dump/d.gz"), &gz(&fs::read(&refused).unwrap())[..60]).unwrap();
    fs::copy(&refused, folder.join("dump/logs/z.txt")).unwrap();
    let answer = analyze(&folder, &["dump"]);
    let sources = answer.sources();
    assert_eq!(
        (sources[0], sources[1], sources.last().copied()),
        ("dump/a.log.gz", "dump/b.tar.gz!guide/describe-backoff-only.txt", Some("dump/logs/z.txt"))
    );
    assert!(answer.limits().contains(&("files that are not text", "dump")));
    assert!(answer.limits().iter().any(|(what, source)| what.starts_with("rest of damaged data (") && *source == "dump/d.gz"));
    assert_eq!(answer.limits().len(), 2);
}

#[test]
fn an_archive_may_come_through_a_pipe() {
    for (name, bytes) in [("tar", gz(&tar_of_texts())), ("zip", fs::read(texts().join("guide.zip")).unwrap())] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_pullan"))
            .args(["analyze", "--format", "json", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&bytes).unwrap();
        let answer = answer(child.wait_with_output().unwrap());
        assert!(answer.sources().contains(&"<stdin>!guide/events-401.txt"), "{name}");
    }
}

/// 2 GiB of one byte, as concatenated members.
fn bomb(byte: u8) -> Vec<u8> {
    gz(&vec![byte; 32 << 20]).repeat(64)
}

#[test]
fn bombs_end_with_a_limit_and_the_rest_is_read() {
    let folder = folder("bombs");
    fs::write(folder.join("zeros.gz"), bomb(0)).unwrap();
    let answer = analyze(&folder, &["zeros.gz"]);
    assert_eq!((answer.code, answer.limits()), (Some(3), vec![("files that are not text", "zeros.gz")]));

    let mut builder = tar::Builder::new(Vec::new());
    let mut add = |name: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, bytes).unwrap();
    };
    add("letters.gz", &bomb(b'a'));
    add("events.txt", &fs::read(texts().join("guide/not-found-docker.txt")).unwrap());
    fs::write(folder.join("bundle.tar"), builder.into_inner().unwrap()).unwrap();
    let answer = analyze(&folder, &["bundle.tar"]);
    assert_eq!((answer.code, answer.rules()), (Some(1), vec!["tag-not-found"]));
    assert!(answer.limits().contains(&("rest of data that inflates more than 1000:1", "bundle.tar!letters.gz")), "{:?}", answer.limits());
}

#[test]
fn more_entries_than_anybody_has() {
    let folder = folder("entries");
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let mut header = tar::Header::new_old();
    header.set_size(2);
    for number in 0..100_100 {
        header.set_path(format!("ns/pod-{number}/0.log")).unwrap();
        header.set_cksum();
        encoder.write_all(header.as_bytes()).unwrap();
        encoder.write_all(&[b"ok".as_slice(), &[0; 510]].concat()).unwrap();
    }
    fs::write(folder.join("many.tar.gz"), encoder.finish().unwrap()).unwrap();
    let answer = analyze(&folder, &["many.tar.gz"]);
    assert_eq!(answer.limits(), [("rest of an archive after 100000 entries", "many.tar.gz")]);
    assert_eq!(answer.report["coverage"]["lines"], 100_000);
}

#[test]
fn deep_nesting_and_a_long_line_cost_only_themselves() {
    let folder = folder("deep");
    let events = fs::read(texts().join("guide/not-found-docker.txt")).unwrap();
    let long = [vec![b'x'; 64 << 20], b"\n".to_vec(), events.clone()].concat();
    fs::write(folder.join("long.txt"), long).unwrap();
    let answer = analyze(&folder, &["long.txt"]);
    assert_eq!((answer.rules(), answer.limits()), (vec!["tag-not-found"], vec![("bytes of lines longer than 1 MiB", "long.txt")]));
    assert_eq!(answer.report["limits"][0]["left_out"], 63 << 20);
    assert_eq!(answer.report["diagnoses"][0]["evidence"][0]["line"], 2);

    for (name, open, close) in
        [("list.json", "[", "]"), ("map.json", "{\"a\":", "}"), ("lines.json", "[\n", "]\n"), ("map.yaml", "{a: ", "}")]
    {
        let deep = [open.repeat(100_000), close.repeat(100_000), "\n".into(), String::from_utf8_lossy(&events).into_owned()].concat();
        fs::write(folder.join(name), deep).unwrap();
        let answer = analyze(&folder, &[name]);
        assert_eq!((answer.code, answer.rules()), (Some(1), vec!["tag-not-found"]), "{name}");
    }
}
