//! Independent pieces of work over all cores, handed over in order.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, mpsc};

/// Pieces that may be finished or under way beyond the first unfinished one, for each thread: enough that nobody waits, few
/// enough that memory does not grow.
const AHEAD: usize = 4;

/// Where the work stands.
#[derive(Default)]
struct Desk {
    /// Next piece to be begun.
    next: usize,
    /// Pieces handed over.
    taken: usize,
    over: bool,
}

/// Does `todo` on as many threads as rayon's current pool has. They are threads of its own, since the caller, who may be one of
/// the pool's, waits for them. `came` is told of each result as soon as it is there, in any order;
/// `each` gets them in the order of `todo`, on the calling thread, and may break off. Once `stop` is set no piece is begun;
/// those under way are finished.
///
/// # Errors
/// Whatever `came` or `each` returns; the rest is dropped then.
pub(super) fn in_order<R: Send, E>(
    todo: &[u32],
    stop: &AtomicBool,
    work: impl Fn(u32) -> R + Sync,
    mut came: impl FnMut(u32, &R) -> Result<(), E>,
    mut each: impl FnMut(u32, R) -> Result<ControlFlow<()>, E>,
) -> Result<(), E> {
    let threads = rayon::current_num_threads().max(1);
    let window = AHEAD * threads;
    let desk = Mutex::new(Desk::default());
    let moved = Condvar::new();
    let locked = || desk.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (send, receive) = mpsc::channel::<(usize, R)>();
    let ended = std::thread::scope(|scope| {
        for _ in 0..threads.min(todo.len()) {
            let send = send.clone();
            let (work, moved, locked) = (&work, &moved, &locked);
            scope.spawn(move || {
                loop {
                    let mut desk = locked();
                    while !desk.over && desk.next < todo.len() && desk.next >= desk.taken + window {
                        desk = moved.wait(desk).unwrap_or_else(std::sync::PoisonError::into_inner);
                    }
                    if desk.over || desk.next >= todo.len() || stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let at = desk.next;
                    desk.next += 1;
                    drop(desk);
                    if send.send((at, work(todo[at]))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let mut early: BTreeMap<usize, R> = BTreeMap::new();
        let mut next = 0;
        let mut hand_over = || -> Result<(), E> {
            for (at, result) in &receive {
                came(todo[at], &result)?;
                early.insert(at, result);
                while let Some(result) = early.remove(&next) {
                    let flow = each(todo[next], result)?;
                    next += 1;
                    locked().taken = next;
                    moved.notify_all();
                    if flow.is_break() {
                        return Ok(());
                    }
                }
            }
            Ok(())
        };
        let ended = hand_over();
        locked().over = true;
        moved.notify_all();
        ended
    });
    drop(receive);
    ended
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(threads: usize, break_at: u32, stop_at: Option<u32>) -> Vec<u32> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let stop = AtomicBool::new(false);
        let todo: Vec<u32> = (0..300).map(|i| i * 3).collect();
        let work = |i: u32| {
            // The first pieces take longest, so that later ones overtake them.
            std::thread::sleep(std::time::Duration::from_micros(u64::from(900 - i)));
            if stop_at == Some(i) {
                stop.store(true, Ordering::Relaxed);
            }
            i
        };
        let mut got = Vec::new();
        let mut seen = 0;
        let result: Result<(), ()> = pool.install(|| {
            in_order(
                &todo,
                &stop,
                work,
                |_, _| {
                    seen += 1;
                    Ok(())
                },
                |i, r| {
                    assert_eq!(i, r);
                    got.push(i);
                    Ok(if i >= break_at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
                },
            )
        });
        result.unwrap();
        assert!(seen >= got.len() && seen <= got.len() + AHEAD * threads);
        got
    }

    #[test]
    fn results_come_in_order_from_any_number_of_threads() {
        let all: Vec<u32> = (0..300).map(|i| i * 3).collect();
        for threads in [1, 2, 7] {
            assert_eq!(run(threads, u32::MAX, None), all);
            assert_eq!(run(threads, 90, None), all[..31]);
            // What was begun before the stop is finished and handed over, without a gap.
            let stopped = run(threads, u32::MAX, Some(60));
            assert!(stopped.len() >= 21 && stopped.len() <= 21 + AHEAD * threads, "{}", stopped.len());
            assert_eq!(stopped, all[..stopped.len()]);
        }
    }

    #[test]
    fn an_error_ends_the_work() {
        let stop = AtomicBool::new(false);
        let todo: Vec<u32> = (0..50).collect();
        let each = |i: u32, _| if i == 7 { Err("full") } else { Ok(ControlFlow::Continue(())) };
        assert_eq!(in_order(&todo, &stop, |i| i, |_, _| Ok(()), each), Err("full"));
        assert_eq!(
            in_order(&todo, &stop, |i| i, |_, _| Err("disk"), |_, _| Ok(ControlFlow::Continue(()))),
            Err("disk")
        );
        assert_eq!(in_order(&[], &stop, |i| i, |_, _| Err("x"), |_, _| Ok(ControlFlow::Continue(()))), Ok(()));
    }
}
