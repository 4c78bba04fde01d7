//! Vectors of lanes against the fact sheet, 10.3.

use super::vector;

//= type=test g709:c-groups
//= type=test g709:c-llm
//= type=test g709:c-otl44-rotation
#[test]
fn groups_go_to_the_lanes_in_turn_from_the_lane_of_the_llm_on() {
    let pair = vector("otl44-groups");
    let mut expected = vec![0; 20 * 16];
    for group in 0..20 {
        let lane = (23 + group) % 20;
        expected[lane * 16..][..16].copy_from_slice(&pair.input[group * 16..][..16]);
    }
    assert_eq!(expected[3 * 16..3 * 16 + 7], [0xF6, 0xF6, 0xF6, 0x28, 0x28, 0x28, 0]);
    expected[3 * 16 + 5] = 23;
    assert_eq!((pair.output, pair.input.len()), (expected, 16_320));
}

//= type=test g709:c-llm-range
//= type=test g709:c-lane-number
#[test]
fn the_llm_counts_240_frames_and_tells_the_lane() {
    let pair = vector("otl44-llm");
    let expected: Vec<u8> = (0..480u16).flat_map(|n| [(n % 20) as u8, (n % 240) as u8]).collect();
    assert_eq!(pair.output, expected);
}
