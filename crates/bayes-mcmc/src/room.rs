//! Room for a few numbers without allocation.

/// Dimensions up to this need none.
const USUAL: usize = 32;

/// Calls `work` with this many numbers to write to, all zero.
#[inline]
pub(crate) fn with_room<T>(numbers: usize, work: impl FnOnce(&mut [f64]) -> T) -> T {
    let mut room = [0.0; USUAL];
    match room.get_mut(..numbers) {
        Some(room) => work(room),
        None => work(&mut vec![0.0; numbers]),
    }
}
