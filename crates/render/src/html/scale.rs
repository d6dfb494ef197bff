//! The time axis of a timeline.
//!
//! In: how far it reaches, and its width. Out: where an age stands on it, and ages worth a tick. Now is at the right.

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Distances of ticks on an even axis.
const STEPS: &[u64] = &[
    1,
    2,
    5,
    10,
    15,
    30,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    30 * DAY,
    90 * DAY,
    365 * DAY,
];
/// Ticks on a logarithmic axis.
const MILESTONES: &[u64] = &[10, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY, 365 * DAY];
/// An even axis has at most so many ticks beside now.
const TICKS: u64 = 6;
/// When the oldest age is so many times the newest, an even axis would show only the oldest.
const UNEVEN: u64 = 200;

/// An axis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    longest: u64,
    logarithmic: bool,
    left: f64,
    width: f64,
}

impl Scale {
    /// For these ages, in seconds, from `left` on, so wide.
    pub(super) fn new(ages: impl Iterator<Item = u64>, left: u16, width: u16) -> Self {
        let (shortest, longest) = ages.fold((u64::MAX, 1), |(shortest, longest), age| (shortest.min(age.max(1)), longest.max(age)));
        Scale { longest, logarithmic: longest / shortest.max(1) > UNEVEN, left: f64::from(left), width: f64::from(width) }
    }

    /// Where an age stands, to a tenth of a pixel.
    pub(super) fn x(&self, age: u64) -> f64 {
        let part = if self.logarithmic { log(age) / log(self.longest) } else { age as f64 / self.longest as f64 };
        let x = self.left + self.width * (1.0 - part.clamp(0.0, 1.0));
        (x * 10.0).round() / 10.0
    }

    /// Ages with a tick, the oldest first; now is not among them.
    pub(super) fn ticks(&self) -> Vec<u64> {
        if self.logarithmic {
            return MILESTONES.iter().rev().copied().filter(|age| *age <= self.longest).collect();
        }
        let step = STEPS.iter().copied().find(|step| self.longest / step <= TICKS).unwrap_or(self.longest);
        (1..=self.longest / step).rev().map(|count| count * step).collect()
    }
}

fn log(age: u64) -> f64 {
    (1.0 + age as f64).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn now_is_at_the_right_and_the_oldest_at_the_left() {
        let scale = Scale::new([30, 600].into_iter(), 100, 200);
        assert_eq!((scale.x(0), scale.x(300), scale.x(600), scale.x(9_999)), (300.0, 200.0, 100.0, 100.0));
        assert_eq!(scale.ticks(), [600, 480, 360, 240, 120]);
    }

    #[test]
    fn seconds_beside_days_are_both_seen() {
        let scale = Scale::new([4, 32 * DAY].into_iter(), 0, 1000);
        assert!(scale.x(4) < 950.0 && scale.x(4) > scale.x(60) && scale.x(60) > scale.x(DAY));
        assert_eq!(scale.ticks(), [30 * DAY, 7 * DAY, DAY, 6 * HOUR, HOUR, 600, 60, 10]);
    }

    #[test]
    fn no_time_at_all_is_no_division_by_zero() {
        let scale = Scale::new([0].into_iter(), 0, 100);
        assert_eq!((scale.x(0), scale.ticks()), (100.0, vec![1]));
    }
}
