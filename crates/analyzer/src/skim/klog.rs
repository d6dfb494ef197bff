//! Recognises a klog header without parsing it into fields.
//!
//! In: the start of a line. Out: whether a whole header stands there. [`crate::parse::log`] defines what a header is, with nom;
//! this is its shortcut for the form in which nearly all stand, and a test holds the two together.
//!
//! ```text
//! I0521 07:00:55.180954       1 proxier.go:1620] "SyncProxyRules complete" elapsed="12.3ms"
//! ```

/// Bytes up to and with the microseconds: `I0521 07:00:55.180954`.
const STAMP: usize = 21;

/// Whether the line begins with a header in the usual form.
pub(super) fn begins(line: &[u8]) -> bool {
    let Some((stamp, rest)) = line.split_at_checked(STAMP) else { return false };
    is_stamp(stamp) && is_origin(rest)
}

fn is_stamp(stamp: &[u8]) -> bool {
    // `d` stands for a digit. One pass without branches between the bytes.
    const FORM: &[u8; STAMP] = b".dddd dd:dd:dd.dddddd";
    let fits = stamp
        .iter()
        .zip(FORM)
        .skip(1)
        .fold(true, |fits, (byte, form)| fits & if *form == b'd' { byte.is_ascii_digit() } else { byte == form });
    fits && matches!(stamp[0], b'I' | b'W' | b'E' | b'F')
}

/// `       1 proxier.go:1620]`
fn is_origin(rest: &[u8]) -> bool {
    let run = |from: usize, part: fn(u8) -> bool| rest[from..].iter().take_while(|byte| part(**byte)).count();
    let pid = run(0, |byte| byte == b' ');
    let file = pid + run(pid, |byte| byte.is_ascii_digit());
    if pid == 0 || file == pid || rest.get(file) != Some(&b' ') {
        return false;
    }
    let file = file + 1;
    let end = file + run(file, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/'));
    if !rest[file..end].ends_with(b".go") || rest.get(end) != Some(&b':') {
        return false;
    }
    let number = end + 1;
    let close = number + run(number, |byte| byte.is_ascii_digit());
    close > number && rest.get(close) == Some(&b']')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_usual_form() {
        assert!(begins(b"I0521 07:00:55.180954       1 proxier.go:1620] \"x\""));
        assert!(begins(b"E0521 07:00:55.180954 1234567 ipvs/proxier.go:1]"));
        for other in [
            "",
            "I0521",
            "X0521 07:00:55.180954 1 a.go:1] x",
            "I0521 07:00:55.180954 1 a.rs:1] x",
            "I0521 07:00:55.180954 a.go:1] x",
            "I0521 07:00:55.180954 1 a.go:] x",
            "I0521 07:00:55.180954 1 a.go:1 x",
        ] {
            assert!(!begins(other.as_bytes()), "{other}");
        }
    }

    proptest! {
        #[test]
        fn what_the_shortcut_takes_is_a_header(text in "[IWEFX][0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{5,7} {0,8}[0-9]{0,3} [a-z_/]{0,6}(\\.go)?:[0-9]{0,3}\\]? ?.{0,8}") {
            if begins(text.as_bytes()) {
                prop_assert!(crate::parse::log::is_klog(&text), "{text}");
            }
        }
    }
}
