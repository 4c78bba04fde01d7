//! Cascades where there is protection: commands of operators, and a cut.
//!
//! The network is the ring A - B - C - D with 50, 100, 70 and 30 us on the lines. An ODU0 goes from A to C, working
//! by B, protection by D: 1+1 bidirectional, SNC/S by TCM3.

use otn_emu::net::model::Action;
use otn_frame::overhead::TcmLevel;
use otn_frame::{Signal, SimTime};
use otn_proc::aps::ApsLevel;
use otn_proc::protection::{Architecture, Entity, ExternalCommand, Monitoring, ProtectionConfig};

use crate::build::{Build, us};
use crate::table::compare;

fn ring(duration: SimTime) -> Build {
    let mut build = Build::new(&[2, -3, 5, 1], duration);
    let delays = [50, 100, 70, 30];
    let line = |n: usize| build.line([n, (n + 1) % 4], us(delays[n]), 0.0);
    let lines: Vec<usize> = (0..4).map(line).collect();
    let service = build.service(Signal::Odu0, [0, 2], &lines[..2], us(20)).unwrap();
    let level = ApsLevel::Tandem(TcmLevel::new(3).unwrap());
    let architecture = Architecture::OnePlusOneBidirectional;
    let mut config = ProtectionConfig::new(architecture, Monitoring::Sublayer, level);
    config.wait_to_restore = us(5_000);
    build.protect(service, &[lines[3], lines[2]], config).unwrap();
    build
}

fn check(name: &str, build: &Build) {
    compare(name, &build.finished(), &build.run());
}

fn commands(build: &mut Build, all: &[(u64, usize, ExternalCommand)]) {
    for &(at, end, command) in all {
        build.at(us(at), Action::Protection { service: 0, end, command });
    }
}

#[test]
fn cut_of_working() {
    let mut build = ring(us(38_000));
    build.dark((0, 1), us(10_000), us(17_000));
    check("protected_cut.txt", &build);
}

#[test]
fn forced_and_manual_switch() {
    use ExternalCommand::{Clear, ForcedSwitch, ManualSwitch};
    let mut build = ring(us(34_000));
    commands(
        &mut build,
        &[
            (10_000, 0, ForcedSwitch),
            (16_000, 0, Clear),
            (22_000, 1, ManualSwitch(Entity::Protection)),
            (28_000, 1, Clear),
        ],
    );
    check("forced_manual.txt", &build);
}

#[test]
fn lockout_and_exercise() {
    use ExternalCommand::{Clear, Exercise, ForcedSwitch, LockoutOfProtection};
    let mut build = ring(us(32_000));
    commands(
        &mut build,
        &[
            (10_000, 0, Exercise),
            (15_000, 0, Clear),
            (20_000, 1, LockoutOfProtection),
            (24_000, 1, ForcedSwitch),
            (25_000, 0, ForcedSwitch),
            (27_000, 1, Clear),
        ],
    );
    check("lockout_exercise.txt", &build);
}
