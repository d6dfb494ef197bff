//! Bytes of unknown encoding to text.
//!
//! In: the bytes of a source. Out: its text and the encoding's name. Line ends survive, so line numbers are
//! those of the original; columns count decoded characters. Damaged bytes become U+FFFD and cost nothing else.

use std::borrow::Cow;

/// Decodes a whole source: byte-order mark first, then UTF-8, then UTF-16 without a mark, then a guess.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some(bytes) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return String::from_utf8_lossy(bytes);
    }
    if !looks_like_utf16(bytes)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Cow::Borrowed(text);
    }
    decode_other(bytes)
}

/// Text in UTF-16 has a zero byte beside nearly every ASCII character.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(4096)];
    let zeros = sample.iter().filter(|byte| **byte == 0).count();
    sample.len() >= 8 && zeros * 3 > sample.len()
}

#[cfg(feature = "encodings")]
fn decode_other(bytes: &[u8]) -> Cow<'_, str> {
    use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0;
    }
    if looks_like_utf16(bytes) {
        let even_zeros = bytes.iter().take(4096).step_by(2).filter(|byte| **byte == 0).count();
        let odd_zeros = bytes.iter().take(4096).skip(1).step_by(2).filter(|byte| **byte == 0).count();
        let encoding = if even_zeros > odd_zeros { UTF_16BE } else { UTF_16LE };
        return encoding.decode_without_bom_handling(bytes).0;
    }
    // A few broken bytes in UTF-8 text are damage, not another encoding.
    let (mut broken, mut wide) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        wide += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    if broken <= wide {
        return UTF_8.decode_without_bom_handling(bytes).0;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, chardetng::Utf8Detection::Allow);
    encoding.decode_without_bom_handling(bytes).0
}

#[cfg(not(feature = "encodings"))]
fn decode_other(bytes: &[u8]) -> Cow<'_, str> {
    let pairs = |order: fn([u8; 2]) -> u16, bytes: &[u8]| -> String {
        let units = bytes.chunks_exact(2).map(|pair| order([pair[0], pair[1]]));
        char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(pairs(u16::from_le_bytes, rest)),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(pairs(u16::from_be_bytes, rest)),
        _ if looks_like_utf16(bytes) && bytes.first() == Some(&0) => Cow::Owned(pairs(u16::from_be_bytes, bytes)),
        _ if looks_like_utf16(bytes) => Cow::Owned(pairs(u16::from_le_bytes, bytes)),
        _ => String::from_utf8_lossy(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_with_mark_and_with_damage() {
        assert_eq!(decode(b"\xef\xbb\xbfName: x"), "Name: x");
        assert_eq!(decode("이미지".as_bytes()), "이미지");
        assert_eq!(decode(b"Failed \xff image \xed\x95\x9c"), "Failed \u{fffd} image 한");
    }

    #[test]
    fn utf16_with_and_without_mark() {
        let little: Vec<u8> = "Failed to pull".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&little), "Failed to pull");
        assert_eq!(decode(&[b"\xff\xfe".as_slice(), &little].concat()), "Failed to pull");
        let big: Vec<u8> = "Failed to pull".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&[b"\xfe\xff".as_slice(), &big].concat()), "Failed to pull");
    }

    #[cfg(feature = "encodings")]
    #[test]
    fn korean_in_cp949() {
        let (bytes, _, _) = encoding_rs::EUC_KR.encode("이미지를 가져오지 못했습니다. 레지스트리 연결 실패");
        assert_eq!(decode(&bytes), "이미지를 가져오지 못했습니다. 레지스트리 연결 실패");
    }
}
