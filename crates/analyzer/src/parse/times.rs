//! Takes away the time that a viewer or a recorder of terminals put before every line.
//!
//! In: cleaned lines. Out: the same lines without such times. A component's log has times of its own, with a stream
//! or a process behind them; those stay, because they tell who speaks. So do times that are a table's first column.
//!
//! ```text
//! 2026-11-22T09:00:01.1234567Z Events:
//! 2026-11-22T09:00:02.1234567Z   Type     Reason  Age  From     Message
//! ```

use super::log::prefix::behind_time;
use super::{event, pod_table};
use crate::text::Line;

/// A single time may be the text itself.
const FEWEST: usize = 2;

/// Strips the times of the runs that have them.
pub(super) fn strip(lines: &mut [Line<'_>]) {
    let mut start = 0;
    while start < lines.len() {
        let run = lines[start..].iter().take_while(|line| behind_time(line.text()).is_some()).count();
        let is_column = |lines: &[Line<'_>]| start > 0 && is_header(lines[start - 1].text());
        if run >= FEWEST && !is_column(lines) {
            for line in &mut lines[start..start + run] {
                let rest = behind_time(line.text()).map_or(0, str::len);
                *line = line.skip(line.text().len() - rest);
            }
        }
        start += run.max(1);
    }
}

fn is_header(text: &str) -> bool {
    event::row::header(text).is_some() || pod_table::header(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    fn stripped(text: &str) -> Vec<String> {
        let mut lines = lines(text);
        strip(&mut lines);
        lines.iter().map(|line| line.text().to_owned()).collect()
    }

    #[test]
    fn times_before_every_line_go() {
        for time in
            ["2026-11-22T09:00:01.1234567Z", "2026-11-22 09:00:01", "[2026-11-22 09:00:01]", "[09:00:01]", "09:00:01", "Nov 22 09:00:01"]
        {
            let text = format!("{time} Events:\n{time}   Type     Reason  Age  From     Message\n{time}\n{time} Image ID:   x\n");
            assert_eq!(stripped(&text), ["Events:", "  Type     Reason  Age  From     Message", "", "Image ID:   x"], "{time}");
        }
    }

    #[test]
    fn times_of_logs_and_of_tables_stay() {
        for text in [
            "2026-11-22T09:00:01Z stderr F I1122 x\n2026-11-22T09:00:02Z stderr F I1122 y",
            "Nov 22 09:00:01 node1 kubelet[1432]: x\nNov 22 09:00:02 node1 systemd[1]: y",
            "TIME                   REASON   MESSAGE   TYPE\n2026-11-22T09:00:01Z   Failed   x   Warning\n2026-11-22T09:00:01Z   Failed   x   Warning",
            "2026-11-22T09:00:01Z Events:",
            "2026-11-22T09:00:01,123456+09:00 nf_conntrack: x\n2026-11-22T09:00:01,123456+09:00 nf_conntrack: x",
        ] {
            assert_eq!(stripped(text), text.lines().collect::<Vec<_>>());
        }
    }

    #[test]
    fn times_go_also_below_a_line_without() {
        let text = "What I saw:\n09:00:01 Events:\n09:00:02   Type  Reason\n";
        assert_eq!(stripped(text), ["What I saw:", "Events:", "  Type  Reason"]);
    }
}
