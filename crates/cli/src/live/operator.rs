//! What happens to a live network: the events of its file, and what operators ask for.
//!
//! In: commands. Out: orders for the nodes, and the light and the list of events as they are then; or why a command
//! makes no sense, and nothing is changed. A command is an event of the file at the present time: the file is read
//! again with all events so far, so that light follows from all that happened.

use std::path::PathBuf;
use std::sync::Arc;

use otn_emu::net::alarms::Reach;
use otn_emu::net::model::Plan;
use otn_frame::SimTime;

use super::command::Command;
use super::drive::Order;
use crate::network::{self, Event, NetworkFile};

/// From a command to its effect: a little more than the network goes on in one go.
const LEAD: SimTime = SimTime::from_ms(2);

/// What is known of the network and what happens to it.
pub(super) struct Operator {
    path: PathBuf,
    text: String,
    asked: Vec<String>,
    /// The network, with its light.
    pub(super) plan: Arc<Plan>,
    /// All events in the order of time.
    pub(super) events: Vec<Event>,
    /// What each touches.
    pub(super) reaches: Vec<Reach>,
}

impl Operator {
    /// Nobody has asked for anything.
    pub(super) fn new(path: PathBuf, text: String, file: &NetworkFile) -> Self {
        let (plan, events) = (Arc::new(file.plan.clone()), file.events.clone());
        Self { path, text, asked: Vec::new(), plan, events, reaches: file.reaches.clone() }
    }

    /// Makes an order of a command that is given at `now`.
    ///
    /// # Errors
    /// What is wrong with it. Nothing is changed then.
    pub(super) fn order(&mut self, command: &Command, now: SimTime) -> Result<Order, String> {
        let at = now + LEAD;
        // Two commands at the same time are in order, too.
        let at = self
            .events
            .iter()
            .map(|event| event.at)
            .filter(|t| *t >= now)
            .fold(at, |at, t| if t <= at + LEAD { at.max(t) } else { at });
        let new = command.events(&self.plan, &format!("{} ps", at.as_ps()));
        let mut asked = self.asked.clone();
        asked.extend(new.iter().cloned());
        let mut open = |path: &std::path::Path| {
            std::fs::read_to_string(path).map_err(|error| error.to_string())
        };
        let file = network::read_live(&self.path, &self.text, &asked, &mut open)
            .map_err(|error| error.what)?;
        // Those of the same time stand in the order in which they were given: the new ones last.
        let upto = file.events.partition_point(|event| event.at <= at);
        let theirs = upto.saturating_sub(new.len())..upto;
        let of_new = |timed: &&otn_emu::net::model::Timed| theirs.contains(&timed.event);
        let actions = file.plan.actions.iter().filter(of_new).cloned().collect();
        let texts = file.events[theirs.clone()].iter().map(|event| event.text.clone()).collect();
        let plan = Arc::new(file.plan);
        self.plan = Arc::clone(&plan);
        (self.asked, self.events, self.reaches) = (asked, file.events, file.reaches);
        Ok(Order { plan, actions, texts })
    }
}
