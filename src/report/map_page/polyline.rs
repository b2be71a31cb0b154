//! Lines in few characters: Google's "Encoded Polyline Algorithm Format", longitude first.

/// Steps in a degree: 1e-5° is about a metre.
const STEPS: f64 = 1e5;

/// A line as printable ASCII, after leaving out what bends less than `tolerance` degrees of latitude.
pub(super) fn encode(line: &[[f64; 2]], tolerance: f64) -> String {
    let mut out = String::with_capacity(line.len() * 4);
    let mut last = [0_i64; 2];
    for place in thin(line, tolerance) {
        for axis in 0..2 {
            let here = (place[axis] * STEPS).round() as i64;
            push(&mut out, here - last[axis]);
            last[axis] = here;
        }
    }
    out
}

/// A number in groups of five bits, the lowest first; the sign in the lowest bit of all.
fn push(out: &mut String, value: i64) {
    let mut rest = ((value << 1) ^ (value >> 63)) as u64;
    loop {
        let group = (rest & 0x1f) as u8;
        rest >>= 5;
        let more = if rest > 0 { 0x20 } else { 0 };
        out.push(char::from((group | more) + 63));
        if rest == 0 {
            return;
        }
    }
}

/// The points of a line that keep it within a tolerance (Ramer 1972, Douglas and Peucker 1973); both ends stay.
fn thin(line: &[[f64; 2]], tolerance: f64) -> Vec<[f64; 2]> {
    let Some(last) = line.len().checked_sub(1) else { return Vec::new() };
    let mut keep = vec![false; line.len()];
    (keep[0], keep[last]) = (true, true);
    let mut open = vec![(0, last)];
    while let Some((a, b)) = open.pop() {
        let far = (a + 1..b).map(|i| (distance(line[i], line[a], line[b]), i));
        // Of equally far points the first, whatever the order of comparison.
        let Some((d, i)) = far.max_by(|x, y| x.0.total_cmp(&y.0).then(y.1.cmp(&x.1))) else { continue };
        if d > tolerance {
            keep[i] = true;
            open.extend([(a, i), (i, b)]);
        }
    }
    line.iter().zip(&keep).filter(|(_, k)| **k).map(|(p, _)| *p).collect()
}

/// From a point to a stretch, in degrees of latitude.
fn distance(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let narrow = libm::cos(a[1].to_radians());
    let (x, y) = ((p[0] - a[0]) * narrow, p[1] - a[1]);
    let (u, v) = ((b[0] - a[0]) * narrow, b[1] - a[1]);
    let length = u * u + v * v;
    let t = if length > 0.0 { ((x * u + y * v) / length).clamp(0.0, 1.0) } else { 0.0 };
    libm::hypot(x - t * u, y - t * v)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The slow, obvious way back.
    fn decode(text: &str) -> Vec<[f64; 2]> {
        let mut numbers = Vec::new();
        let (mut value, mut shift) = (0_u64, 0);
        for byte in text.bytes() {
            let group = u64::from(byte - 63);
            value |= (group & 0x1f) << shift;
            shift += 5;
            if group & 0x20 == 0 {
                numbers.push(((value >> 1) as i64) ^ -((value & 1) as i64));
                (value, shift) = (0, 0);
            }
        }
        let mut at = [0, 0];
        let step = |pair: &[i64]| {
            at = [at[0] + pair[0], at[1] + pair[1]];
            at.map(|v| v as f64 / STEPS)
        };
        numbers.chunks(2).map(step).collect()
    }

    #[test]
    fn the_published_example_is_encoded_as_published() {
        // From the format's description, latitude first there.
        let line = [[38.5, -120.2], [40.7, -120.95], [43.252, -126.453]];
        assert_eq!(encode(&line, 0.0), "_p~iF~ps|U_ulLnnqC_mqNvxq`@");
        assert_eq!(encode(&[], 0.0), "");
    }

    proptest! {
        #[test]
        fn a_line_comes_back_within_the_tolerance(
            line in prop::collection::vec((-180.0..180.0_f64, -80.0..80.0_f64).prop_map(|(x, y)| [x, y]), 1..40),
            tolerance in prop_oneof![Just(0.0), 0.0..5.0_f64],
        ) {
            let back = decode(&encode(&line, tolerance));
            let near = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).abs() <= 0.51e-5 && (a[1] - b[1]).abs() <= 0.51e-5;
            prop_assert!(near(back[0], line[0]) && near(back[back.len() - 1], line[line.len() - 1]));
            // What was kept is a part of the line in its order, and what was left out lies near the stretch it fell from.
            let kept = thin(&line, tolerance);
            prop_assert_eq!(kept.len(), back.len());
            let mut from = 0;
            for pair in kept.windows(2) {
                let a = (from..line.len()).find(|i| line[*i] == pair[0]).unwrap();
                let b = (a + 1..line.len()).find(|i| line[*i] == pair[1]).unwrap();
                for p in &line[a..b] {
                    prop_assert!(distance(*p, pair[0], pair[1]) <= tolerance + 1e-12);
                }
                from = b;
            }
            prop_assert!(kept.iter().zip(&back).all(|(a, b)| near(*a, *b)));
        }
    }
}
