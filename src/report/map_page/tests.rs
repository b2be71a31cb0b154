use super::*;

#[test]
fn data_cannot_leave_its_script_element() {
    let hostile = json!({"name": "</script><b>\u{2028}&amp;<!--"});
    let text = in_script(&hostile);
    assert!(!text.contains(['<', '>', '&', '\u{2028}']), "{text}");
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), hostile);
}

#[test]
fn the_scripts_can_stand_inside_a_page() {
    assert!(MAPLIBRE.contains(&format!("/v{MAPLIBRE_VERSION}/LICENSE.txt")));
    assert!(MAPLIBRE_LICENCE.contains("MapLibre contributors"));
    for script in [MAPLIBRE, SCRIPT] {
        assert!(!script.to_lowercase().contains("</script") && !script.contains("<!--"));
    }
    // What is filled in by the program comes before anything of others that could hold the sign of its place.
    for text in [MAPLIBRE, MAPLIBRE_STYLE, SCRIPT, STYLE] {
        assert!(!text.contains(FONT_PLACE));
    }
}
