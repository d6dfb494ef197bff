//! How requests and answers cross between JavaScript and Rust.
//!
//! JavaScript sees one memory and three functions that take and give numbers. A request is written into bytes from `alloc` and given to
//! `analyze`, which takes them over; the answer is to be given back to `dealloc`. An answer is its length (4 bytes, little-endian) and so many bytes of JSON.
//!
//! ```js
//! const at = alloc(request.length);
//! new Uint8Array(memory.buffer, at, request.length).set(request);
//! const answer = analyze(at, request.length);
//! const length = new DataView(memory.buffer).getUint32(answer, true);
//! const text = new TextDecoder().decode(new Uint8Array(memory.buffer, answer + 4, length));
//! dealloc(answer, 4 + length);
//! ```
//!
//! This is the one place of the project with `unsafe` code. Memory that is handed to the other side has no owner that the compiler
//! knows of, and an exported name could hide another one; a binding generator would write the same and bring thousands of lines.
#![allow(unsafe_code)]

use std::ptr;

/// So many bytes, all zero, for the caller to write to.
// SAFETY of the name: it is exported to JavaScript, and nothing else that is linked in exports it.
#[unsafe(no_mangle)]
extern "C" fn alloc(length: usize) -> *mut u8 {
    give(vec![0; length])
}

/// Takes back what [`alloc`] or [`analyze`] gave.
///
/// # Safety
/// `bytes` came from [`alloc`] or [`analyze`], is `length` bytes long, and is not used afterwards.
// SAFETY of the name: as above.
#[unsafe(no_mangle)]
unsafe extern "C" fn dealloc(bytes: *mut u8, length: usize) {
    // SAFETY: the caller says that these bytes are ours and that it will not use them any more.
    drop(unsafe { take(bytes, length) });
}

/// Answers a request; the request is used up.
///
/// # Safety
/// `bytes` came from [`alloc`], is `length` bytes long, and is not used afterwards.
// SAFETY of the name: as above.
#[unsafe(no_mangle)]
unsafe extern "C" fn analyze(bytes: *mut u8, length: usize) -> *mut u8 {
    // SAFETY: the caller says that these bytes are ours and that it will not use them any more.
    let request = unsafe { take(bytes, length) };
    let answer = crate::answer(&request);
    // A memory of 32 bits holds no longer answer.
    let mut framed = u32::try_from(answer.len()).unwrap_or(0).to_le_bytes().to_vec();
    framed.extend(answer);
    give(framed)
}

/// Leaves bytes to the caller. A box has no spare capacity, so its length is all that one must know to take it back.
fn give(bytes: Vec<u8>) -> *mut u8 {
    Box::into_raw(bytes.into_boxed_slice()).cast()
}

/// The reverse of [`give`].
///
/// # Safety
/// `bytes` came from [`give`], is `length` bytes long, and is not used afterwards.
unsafe fn take(bytes: *mut u8, length: usize) -> Box<[u8]> {
    // SAFETY: `give` made the pointer from a box of so many bytes, and nobody else owns them.
    unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(bytes, length)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_crosses_and_its_answer_comes_back() {
        let request = b"\x0c\0\0\0{\"files\":[]}";
        let at = alloc(request.len());
        // SAFETY: as JavaScript does, with the lengths that were asked for and told.
        let answer = unsafe {
            ptr::copy_nonoverlapping(request.as_ptr(), at, request.len());
            let answer = analyze(at, request.len());
            let length = 4 + u32::from_le_bytes(ptr::read(answer.cast())) as usize;
            let copy = std::slice::from_raw_parts(answer, length).to_vec();
            dealloc(answer, length);
            copy
        };
        assert!(answer[4..].starts_with(b"{\"findings\":0,"), "{}", String::from_utf8_lossy(&answer));
    }
}
