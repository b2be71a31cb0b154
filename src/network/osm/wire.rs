//! Protocol Buffers as far as PBF needs them: the fields of a message, read where they lie
//! (<https://protobuf.dev/programming-guides/encoding/>).

/// Why a message cannot be read.
pub(super) type Broken = &'static str;

const CUT: Broken = "a message is cut off";
const LONG: Broken = "a number has too many digits";
const KIND: Broken = "a field is of a kind that does not exist";

/// What a field holds. Fixed-width numbers do not occur in PBF; they are skipped.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Other,
}

impl<'a> Value<'a> {
    /// The bytes of a text, a message or a packed list.
    pub(super) fn bytes(self) -> Result<&'a [u8], Broken> {
        match self {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err("a field is not of its kind"),
        }
    }

    /// A plain number.
    pub(super) fn number(self) -> Result<u64, Broken> {
        match self {
            Value::Number(n) => Ok(n),
            _ => Err("a field is not of its kind"),
        }
    }

    /// A repeated number: packed or one by one, both are allowed.
    pub(super) fn each(self, mut take: impl FnMut(u64)) -> Result<(), Broken> {
        match self {
            Value::Number(n) => take(n),
            Value::Bytes(mut rest) => {
                while !rest.is_empty() {
                    take(varint(&mut rest)?);
                }
            }
            Value::Other => return Err("a field is not of its kind"),
        }
        Ok(())
    }
}

/// The fields of a message in the order they lie in it.
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn new(message: &'a [u8]) -> Fields<'a> {
        Fields(message)
    }

    fn field(&mut self) -> Result<(u64, Value<'a>), Broken> {
        let key = varint(&mut self.0)?;
        let value = match key & 7 {
            0 => Value::Number(varint(&mut self.0)?),
            2 => {
                let length = varint(&mut self.0)?;
                Value::Bytes(self.take(usize::try_from(length).map_err(|_| CUT)?)?)
            }
            1 => self.take(8).map(|_| Value::Other)?,
            5 => self.take(4).map(|_| Value::Other)?,
            _ => return Err(KIND),
        };
        Ok((key >> 3, value))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Broken> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(CUT)?;
        self.0 = rest;
        Ok(taken)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

/// Takes one number of variable length off the front.
#[inline]
pub(super) fn varint(rest: &mut &[u8]) -> Result<u64, Broken> {
    if let Some(eight) = rest.first_chunk::<8>() {
        // All of a number of up to 8 bytes at once, without a branch per byte.
        let x = u64::from_le_bytes(*eight);
        let stops = !x & 0x8080_8080_8080_8080;
        if stops != 0 {
            let bits = stops.trailing_zeros() + 1;
            let v = x & (u64::MAX >> (64 - bits)) & 0x7f7f_7f7f_7f7f_7f7f;
            let v = (v & 0x007f_007f_007f_007f) | ((v & 0x7f00_7f00_7f00_7f00) >> 1);
            let v = (v & 0x0000_3fff_0000_3fff) | ((v & 0x3fff_0000_3fff_0000) >> 2);
            let v = (v & 0x0000_0000_0fff_ffff) | ((v & 0x0fff_ffff_0000_0000) >> 4);
            *rest = &rest[bits as usize / 8..];
            return Ok(v);
        }
    }
    slow_varint(rest)
}

#[cold]
fn slow_varint(rest: &mut &[u8]) -> Result<u64, Broken> {
    let mut n = 0_u64;
    for (i, byte) in rest.iter().take(10).enumerate() {
        n |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            *rest = &rest[i + 1..];
            return Ok(n);
        }
    }
    Err(if rest.len() < 10 { CUT } else { LONG })
}

/// A signed number in zigzag order: 0, −1, 1, −2, …
#[inline]
pub(super) fn zigzag(n: u64) -> i64 {
    (n >> 1) as i64 ^ -((n & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(mut n: u64) -> Vec<u8> {
        let mut out = Vec::new();
        while n >= 0x80 {
            out.push(n as u8 | 0x80);
            n >>= 7;
        }
        out.push(n as u8);
        out
    }

    #[test]
    fn numbers_of_any_length_with_and_without_something_behind() {
        for shift in 0..64 {
            for n in [1_u64 << shift, (1 << shift) - 1, u64::MAX >> shift, 0x1234_5678_9abc_def0 >> shift] {
                for behind in [0, 1, 9] {
                    let mut bytes = written(n);
                    bytes.extend(vec![0xff; behind]);
                    let mut rest = &bytes[..];
                    assert_eq!(varint(&mut rest), Ok(n));
                    assert_eq!(rest.len(), behind);
                }
            }
        }
        assert_eq!([0, 1, 2, 3, u64::MAX].map(zigzag), [0, -1, 1, -2, i64::MIN]);
    }

    #[test]
    fn cut_and_endless_numbers_are_errors() {
        assert_eq!(varint(&mut &[0x80, 0x80][..]), Err(CUT));
        assert_eq!(varint(&mut &[][..]), Err(CUT));
        assert_eq!(varint(&mut &[0xff; 20][..]), Err(LONG));
        // A text said to be longer than the message, of a length that fits no memory.
        let mut long = vec![0x0a];
        long.extend(written(u64::MAX));
        for message in [&[0x0a, 5, 1][..], &long, &[0x09, 1], &[0x0b]] {
            assert_eq!(Fields::new(message).filter(Result::is_err).count(), 1);
        }
    }

    #[test]
    fn lists_may_be_packed_or_not() {
        let message = [0x08, 1, 0x0a, 2, 2, 3, 0x15, 0, 0, 0, 0];
        let mut got = Vec::new();
        for field in Fields::new(&message) {
            let (number, value) = field.unwrap();
            if number == 1 {
                value.each(|n| got.push(n)).unwrap();
            }
        }
        assert_eq!(got, [1, 2, 3]);
    }
}
