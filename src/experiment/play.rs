//! Plays numbered tasks over all cores and hands them over in order, together with those a journal holds already.

use super::folder::FolderError;
use super::in_order::in_order;
use super::journal::{Journal, Key};
use crate::sim::{CallRecord, Outcome};
use std::cell::RefCell;
use std::ops::{ControlFlow, Range};
use std::sync::atomic::AtomicBool;

/// What the numbers of tasks stand for.
pub(super) struct Plays<'a> {
    /// Which replication of which point a number is.
    pub(super) key: &'a (dyn Fn(u32) -> Key + Sync),
    /// Plays it.
    pub(super) play: &'a (dyn Fn(Key) -> (Outcome, Vec<CallRecord>) + Sync),
    /// An outcome of the shape that those of a point have.
    pub(super) like: &'a dyn Fn(u32) -> &'a Outcome,
}

/// Hands over the outcomes of tasks in order: those that a journal holds, and the others as they are played. Once `stop` is set
/// no task is begun; those before the first gap are handed over all the same.
///
/// # Errors
/// Whatever `each` returns, or what the journal says.
pub(super) fn in_turn<E: From<FolderError>>(
    plays: &Plays<'_>,
    numbers: Range<u32>,
    journal: Option<&mut Journal>,
    stop: &AtomicBool,
    mut each: impl FnMut(u32, Outcome, Vec<CallRecord>) -> Result<ControlFlow<()>, E>,
) -> Result<(), E> {
    let key = plays.key;
    let work = |number: u32| (plays.play)(key(number));
    let Some(journal) = journal else {
        let todo: Vec<u32> = numbers.collect();
        return in_order(&todo, stop, work, |_, _| Ok(()), |n, (outcome, records)| each(n, outcome, records));
    };
    let todo: Vec<u32> = numbers.clone().filter(|n| !journal.has(key(*n))).collect();
    // Written to by those that come, read from by those whose turn it is.
    let journal = RefCell::new(journal);
    let mut next = numbers.start;
    let mut broken = false;
    // All before `until` that the journal holds.
    let kept_before = |until: u32,
                       next: &mut u32,
                       each: &mut dyn FnMut(u32, Outcome, Vec<CallRecord>) -> Result<ControlFlow<()>, E>|
     -> Result<ControlFlow<()>, E> {
        while *next < until {
            let task = key(*next);
            let kept = journal.borrow_mut().read(task, (plays.like)(task.point))?;
            let Some(outcome) = kept else { return Ok(ControlFlow::Break(())) };
            let flow = each(*next, outcome, Vec::new())?;
            *next += 1;
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    };
    in_order(
        &todo,
        stop,
        work,
        |number, (outcome, _)| {
            journal.borrow_mut().keep(key(number), outcome)?;
            Ok::<(), E>(())
        },
        |number, (outcome, records)| {
            if kept_before(number, &mut next, &mut each)?.is_break() {
                broken = true;
                return Ok(ControlFlow::Break(()));
            }
            next = number + 1;
            let flow = each(number, outcome, records)?;
            broken |= flow.is_break();
            Ok(flow)
        },
    )?;
    // Where it was stopped, those up to the first gap.
    if !broken {
        let _whole = kept_before(numbers.end, &mut next, &mut each)?;
    }
    Ok(())
}
