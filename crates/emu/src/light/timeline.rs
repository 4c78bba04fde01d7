//! The quality of every lightpath over time.
//!
//! In: a plant, events. Out: for each direction of each lightpath what its receiver has, from each time at
//! which that changes, until the next. Times are those at the receiver: light that has passed a fibre before
//! it is cut still arrives.
//!
//! Nothing happens but by events, so that all of it is known before a run begins.

use std::collections::BTreeMap;

use otn_frame::SimTime;

use super::arrival::{Place, arrival, place};
use super::crossing::Crossing;
use super::error::LightError;
use super::plant::Plant;
use super::reception::Reception;
use super::state::{Action, Event, FibreId, MOST_EXTRA_LOSS_DB, Ramp};

/// What the receiver of one direction of a lightpath has, and since when; the first entry is from zero on.
pub type Course = Vec<(SimTime, Reception)>;

/// Follows the plant through `events`, which are taken in the order of their times, and those of one time in
/// the order given: for each lightpath the courses forward and backward.
///
/// # Errors
/// [`LightError`] for events that name what is not there, and for states that light cannot cross.
//= otn:light-timeline
pub fn timeline(plant: &Plant, events: &[Event]) -> Result<Vec<[Course; 2]>, LightError> {
    let steps = steps(plant, events)?;
    let mut crossing = Crossing::new(plant);
    let mut history = History::new(plant);
    let mut state = plant.initial();
    history.add(crossing.receive(&state)?);
    for step in &steps {
        state.apply(&step.action);
        history.add(crossing.receive(&state)?);
    }
    let mut mixed = Mixed { plant, steps: &steps, crossing, known: BTreeMap::new() };
    let mut courses = Vec::with_capacity(plant.ways.len());
    for way in 0..plant.ways.len() {
        courses.push(course(&mut mixed, &history, way)?);
    }
    let mut courses = courses.into_iter();
    let mut pairs = Vec::with_capacity(plant.lightpaths.len());
    while let (Some(forward), Some(backward)) = (courses.next(), courses.next()) {
        pairs.push([forward, backward]);
    }
    Ok(pairs)
}

/// The events one by one, ramps cut into steps, in the order of time.
fn steps(plant: &Plant, events: &[Event]) -> Result<Vec<Event>, LightError> {
    let mut events = events.to_vec();
    events.sort_by_key(|event| event.at);
    let mut steps: Vec<Event> = Vec::with_capacity(events.len());
    // The loss that each fibre has at last, and since which step; a ramp begins there.
    let mut state = plant.initial();
    let mut ramps: BTreeMap<FibreId, (SimTime, f64, f64, Ramp)> = BTreeMap::new();
    for event in &events {
        let (fibre, to_db, ramp) = match event.action {
            Action::Attenuate { fibre, loss_db, ramp } => (fibre, loss_db, ramp),
            Action::Repair(fibre) => (fibre, 0.0, None),
            _ => {
                steps.push(*event);
                continue;
            }
        };
        if !(0.0..=MOST_EXTRA_LOSS_DB).contains(&to_db) {
            let fibre = plant.fibre_name(fibre).to_owned();
            return Err(LightError::Loss { fibre, found_db: to_db });
        }
        if let Some((since, from_db, to_db, ramp)) = ramps.remove(&fibre) {
            let until = Some(event.at);
            for step in samples(fibre, since, from_db, to_db, ramp, until) {
                state.apply(&step.action);
                steps.push(step);
            }
        }
        match ramp {
            Some(ramp) => {
                check_ramp(plant, fibre, ramp)?;
                let from_db = state.extra_loss_db(fibre);
                ramps.insert(fibre, (event.at, from_db, to_db, ramp));
            }
            None => {
                state.apply(&event.action);
                steps.push(*event);
            }
        }
    }
    for (fibre, (since, from_db, to_db, ramp)) in ramps {
        steps.extend(samples(fibre, since, from_db, to_db, ramp, None));
    }
    steps.sort_by_key(|step| step.at);
    Ok(steps)
}

/// Most steps of a ramp: each is a state of the plant of its own.
const MOST_SAMPLES: u64 = 100_000;

/// Number of the steps of a ramp before its end.
fn between(ramp: Ramp) -> u64 {
    ramp.duration.as_ps().div_ceil(ramp.every.as_ps().max(1)).saturating_sub(1)
}

fn check_ramp(plant: &Plant, fibre: FibreId, ramp: Ramp) -> Result<(), LightError> {
    let found = between(ramp);
    if found <= MOST_SAMPLES {
        return Ok(());
    }
    let fibre = plant.fibre_name(fibre).to_owned();
    Err(LightError::Ramp { fibre, found, most: MOST_SAMPLES })
}

/// The steps of a ramp, up to but not at `until`; each holds what the line has where it begins.
//= otn:light-ramp
fn samples(
    fibre: FibreId,
    since: SimTime,
    from_db: f64,
    to_db: f64,
    ramp: Ramp,
    until: Option<SimTime>,
) -> Vec<Event> {
    let (duration, every) = (ramp.duration.as_ps(), ramp.every.as_ps().max(1));
    let at = |passed: u64| since + SimTime::from_ps(passed);
    let attenuate = |loss_db: f64| Action::Attenuate { fibre, loss_db, ramp: None };
    let sample = |number: u64| {
        let passed = number * every;
        let part = passed as f64 / duration as f64;
        Event { at: at(passed), action: attenuate(from_db + (to_db - from_db) * part) }
    };
    let last = Event { at: at(duration), action: attenuate(to_db) };
    let all = (1..=between(ramp)).map(sample).chain([last]);
    all.take_while(|step| until.is_none_or(|until| step.at < until)).collect()
}

/// What each way has after each number of steps; only where it changes.
struct History {
    states: usize,
    ways: Vec<Vec<(usize, Reception)>>,
}

impl History {
    fn new(plant: &Plant) -> Self {
        Self { states: 0, ways: vec![Vec::new(); plant.ways.len()] }
    }

    fn add(&mut self, receptions: Vec<Reception>) {
        for (way, reception) in self.ways.iter_mut().zip(receptions) {
            if way.last().is_none_or(|(_, last)| *last != reception) {
                way.push((self.states, reception));
            }
        }
        self.states += 1;
    }

    /// What `way` has after the first `steps` steps.
    fn after(&self, way: usize, steps: usize) -> Option<&Reception> {
        let changes = &self.ways[way];
        let later = changes.partition_point(|(state, _)| *state <= steps);
        later.checked_sub(1).map(|last| &changes[last].1)
    }
}

/// States that some receiver sees and that never are anywhere: a later step nearby before an earlier far away.
struct Mixed<'a> {
    plant: &'a Plant,
    steps: &'a [Event],
    crossing: Crossing<'a>,
    /// What each way has, by the steps that it has seen.
    known: BTreeMap<Vec<usize>, Vec<Reception>>,
}

impl Mixed<'_> {
    /// What `way` has after the steps `seen`, which rise.
    fn after(&mut self, way: usize, seen: &[usize]) -> Result<Reception, LightError> {
        if !self.known.contains_key(seen) {
            let mut state = self.plant.initial();
            for &step in seen {
                state.apply(&self.steps[step].action);
            }
            self.known.insert(seen.to_vec(), self.crossing.receive(&state)?);
        }
        Ok(self.known[seen][way].clone())
    }
}

/// What one receiver sees: every step at the time at which it arrives.
fn course(mixed: &mut Mixed<'_>, history: &History, way: usize) -> Result<Course, LightError> {
    let plant = mixed.plant;
    // A ramp has many steps in one place.
    let mut flights: BTreeMap<Place, SimTime> = BTreeMap::new();
    let mut arrives = |step: &Event| {
        let place = place(&step.action);
        let flight =
            flights.entry(place).or_insert_with(|| arrival(plant, place, &plant.ways[way]));
        step.at + *flight
    };
    let mut arrivals: Vec<(SimTime, usize)> =
        mixed.steps.iter().enumerate().map(|(number, step)| (arrives(step), number)).collect();
    arrivals.sort();
    let mut course: Course = Vec::new();
    course.extend(history.after(way, 0).map(|first| (SimTime::ZERO, first.clone())));
    let (mut seen, mut most): (Vec<bool>, usize) = (vec![false; arrivals.len()], 0);
    for (count, pair) in (1..).zip(arrivals.iter().enumerate()) {
        let (place, &(at, number)) = pair;
        seen[number] = true;
        most = most.max(number + 1);
        if arrivals.get(place + 1).is_some_and(|(next, _)| *next == at) {
            continue;
        }
        let reception = if most == count {
            history.after(way, count).cloned()
        } else {
            let steps: Vec<usize> = (0..most).filter(|&step| seen[step]).collect();
            Some(mixed.after(way, &steps)?)
        };
        let Some(reception) = reception else { continue };
        if course.last().is_none_or(|(_, last)| *last != reception) {
            course.push((at, reception));
        }
    }
    Ok(course)
}
