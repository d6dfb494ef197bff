//! Works on many things at once and hands the results on in their order.
//!
//! In: an iterator, which may take its time with the next thing, and a function for one. Out: each result, handed on as soon as it and
//! all before it are done, so that the program can be a filter in the middle of others. The number of threads changes
//! nothing in what is handed on, and what is under way is bounded in number and in bytes.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};

/// So many things are under way at most: read, but not handed on.
const MOST: usize = 1024;
/// They are so heavy together at most; a heavier one is alone.
const MOST_BYTES: usize = 64 << 20;

/// Does `work` on each of `items` in threads and calls `take` with the results, in order, until it says false.
///
/// # Errors
/// Those of `take`; the first one ends the work.
pub(super) fn run<I: Send, O: Send, E>(
    threads: NonZero<usize>,
    items: impl Iterator<Item = I> + Send,
    weight: fn(&I) -> usize,
    work: impl Fn(I) -> O + Sync,
    mut take: impl FnMut(O) -> Result<bool, E>,
) -> Result<(), E> {
    let room = Room::default();
    let (job_sender, jobs) = mpsc::channel();
    let jobs = Mutex::new(jobs);
    let (done_sender, done) = mpsc::channel();
    std::thread::scope(|scope| {
        let room = &room;
        scope.spawn(move || {
            for (number, item) in items.enumerate() {
                let weight = weight(&item);
                if !room.enter(weight) || job_sender.send((number, weight, item)).is_err() {
                    break;
                }
            }
        });
        for _ in 0..threads.get() {
            let (jobs, done_sender, work) = (&jobs, done_sender.clone(), &work);
            scope.spawn(move || {
                let _guard = ClosedByPanic(room);
                loop {
                    let job = jobs.lock().map_or(None, |jobs| jobs.recv().ok());
                    let Some((number, weight, item)) = job else { break };
                    if done_sender.send((number, weight, work(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(done_sender);
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for (number, weight, result) in done {
            waiting.insert(number, (weight, result));
            while let Some((weight, result)) = waiting.remove(&next) {
                next += 1;
                room.leave(weight);
                match take(result) {
                    Ok(true) => {}
                    end => {
                        room.close();
                        return end.map(drop);
                    }
                }
            }
        }
        Ok(())
    })
}

/// What is under way.
#[derive(Default)]
struct Room {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    count: usize,
    bytes: usize,
    closed: bool,
}

impl Room {
    /// Waits until there is room. False when no result is wanted any more.
    fn enter(&self, weight: usize) -> bool {
        let full = |state: &mut State| !state.closed && state.count > 0 && (state.count >= MOST || state.bytes + weight > MOST_BYTES);
        let mut state = self.changed.wait_while(self.lock(), full).unwrap_or_else(PoisonError::into_inner);
        state.count += 1;
        state.bytes += weight;
        !state.closed
    }

    fn leave(&self, weight: usize) {
        let mut state = self.lock();
        state.count -= 1;
        state.bytes -= weight;
        // Who waits for room is woken for many things at once.
        if state.count <= MOST / 2 && state.bytes <= MOST_BYTES / 2 {
            self.changed.notify_all();
        }
    }

    fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// No code panics while it holds the lock, so what a poisoned one holds is sound.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nobody may wait for room that a thread which panicked will never make; the scope hands the panic on.
struct ClosedByPanic<'r>(&'r Room);

impl Drop for ClosedByPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn threads(count: usize) -> NonZero<usize> {
        NonZero::new(count).unwrap()
    }

    #[test]
    fn results_come_in_the_order_of_the_things() {
        for count in [1, 2, 7] {
            let mut results = Vec::new();
            let slow_first = |number: u64| {
                std::thread::sleep(std::time::Duration::from_micros(if number.is_multiple_of(5) { 300 } else { 0 }));
                number * 2
            };
            let end: Result<(), Infallible> = run(
                threads(count),
                0..3_000,
                |_| 1,
                slow_first,
                |result| {
                    results.push(result);
                    Ok(true)
                },
            );
            assert_eq!((end, results), (Ok(()), (0..3_000).map(|number| number * 2).collect()));
        }
    }

    #[test]
    fn what_is_under_way_is_bounded() {
        let (read, written, most) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        let items = (0..100).inspect(|_| {
            let under_way = read.fetch_add(1, Ordering::SeqCst) + 1 - written.load(Ordering::SeqCst);
            most.fetch_max(under_way, Ordering::SeqCst);
        });
        let end: Result<(), Infallible> = run(
            threads(2),
            items,
            |_| MOST_BYTES / 4,
            |item: i32| item,
            |_| {
                written.fetch_add(1, Ordering::SeqCst);
                Ok(true)
            },
        );
        assert_eq!((end, written.into_inner()), (Ok(()), 100));
        // Four have room; one more is read and waits for it, and one has left but is not yet counted.
        assert!(most.into_inner() <= 6);
    }

    #[test]
    fn an_answer_does_not_wait_for_the_next_question() {
        let (question, questions) = mpsc::channel();
        question.send(1).unwrap();
        let mut question = Some(question);
        let mut answers = Vec::new();
        let end: Result<(), Infallible> = run(
            threads(2),
            questions.into_iter(),
            |_| 1,
            |number| number + 1,
            |answer| {
                answers.push(answer);
                // The next question comes only after the answer to the one before.
                match &question {
                    Some(question) if answer < 5 => question.send(answer).unwrap(),
                    _ => question = None,
                }
                Ok(true)
            },
        );
        assert_eq!((end, answers), (Ok(()), vec![2, 3, 4, 5]));
    }

    #[test]
    fn an_error_ends_endless_work() {
        let end = run(threads(3), 0.., |_| 1, |number: u64| number, |number| if number == 40 { Err(number) } else { Ok(true) });
        assert_eq!(end, Err(40));
    }
}
