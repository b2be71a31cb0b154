use super::*;

fn verdicts(from: u32) -> impl FnMut(u32) -> Trial {
    move |n| Ok(Some((if n >= from { Verdict::Met } else { Verdict::Missed }, Some(Estimate::exact(f64::from(n))))))
}

#[test]
fn the_smallest_number_is_found_by_doubling_and_bisecting() {
    for most in 1..=20 {
        for from in 1..=most {
            let found = search(most, &mut verdicts(from)).unwrap().unwrap();
            assert_eq!((found.enough, found.value.unwrap().mean), (Some(from), f64::from(from)), "{from} of {most}");
            assert!(found.tried.len() <= 10, "{:?}", found.tried);
        }
        let found = search(most, &mut verdicts(most + 1)).unwrap().unwrap();
        assert_eq!((found.enough, found.tried.last().unwrap().0), (None, most));
    }
    assert!(search(4, &mut |_| Ok(None)).unwrap().is_none(), "stopped");
}
