//! Two ends, the channel between them, and one virtual clock.
//!
//! Each direction delays words and accepts one only when it was sent for [`ACCEPT`] without a change.
//! The channel is carried by the protection entity: where its receiver sees a fail nothing arrives,
//! and after the repair the word that stands is accepted anew.

use std::collections::BTreeMap;

use otn_frame::SimTime;
use otn_proc::aps::{ApsLevel, ApsWord};
use otn_proc::protection::{
    Architecture, Entity, ExternalCommand, Monitoring, Protection, ProtectionChange,
    ProtectionConfig, ProtectionDefect, ProtectionState, Refused, Signal,
};

/// Index of the ends.
pub(crate) const A: usize = 0;
/// The other one.
pub(crate) const Z: usize = 1;

/// Time a word has to stand to be accepted, 24 frames of an ODU2.
pub(crate) const ACCEPT: SimTime = SimTime::from_ns(293_000);

pub(crate) const fn ms(n: u64) -> SimTime {
    SimTime::from_ms(n)
}

pub(crate) const fn us(n: u64) -> SimTime {
    SimTime::from_ns(n * 1_000)
}

/// What happens to an end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Input {
    Signal(Entity, Signal),
    Command(ExternalCommand),
}

#[derive(Clone, Copy)]
enum Action {
    Input(usize, Input),
    /// Look at what the line brings to this end.
    Listen(usize),
}

/// Two ends and all that is under way.
pub(crate) struct Pair {
    pub(crate) ends: [Protection; 2],
    pub(crate) now: SimTime,
    pub(crate) log: Vec<(SimTime, usize, ProtectionChange)>,
    pub(crate) refused: Vec<(SimTime, usize, Refused)>,
    delay: SimTime,
    /// Words sent by each end, with the time of the first.
    sent: [Vec<(SimTime, ApsWord)>; 2],
    /// Since when each end receives on protection without a fail.
    hears: [Option<SimTime>; 2],
    /// The channel works at all.
    connected: bool,
    queue: BTreeMap<(SimTime, usize), Action>,
    number: usize,
}

pub(crate) fn config(architecture: Architecture) -> ProtectionConfig {
    let config = ProtectionConfig::new(architecture, Monitoring::Inherent, ApsLevel::Server);
    ProtectionConfig { wait_to_restore: ms(200), ..config }
}

pub(crate) fn new_end(config: ProtectionConfig) -> Protection {
    Protection::new(config).expect("the tests use combinations that exist")
}

impl Pair {
    pub(crate) fn new(configs: [ProtectionConfig; 2], delay: SimTime) -> Self {
        let mut pair = Self {
            ends: configs.map(new_end),
            now: SimTime::ZERO,
            log: Vec::new(),
            refused: Vec::new(),
            delay,
            sent: [Vec::new(), Vec::new()],
            hears: [Some(SimTime::ZERO); 2],
            connected: true,
            queue: BTreeMap::new(),
            number: 0,
        };
        pair.transmit();
        pair
    }

    /// Both ends alike, one millisecond apart.
    pub(crate) fn alike(config: ProtectionConfig) -> Self {
        Self::new([config; 2], ms(1))
    }

    /// Words stop to arrive, without a fail of protection.
    pub(crate) fn disconnect(&mut self) {
        self.connected = false;
    }

    fn push(&mut self, at: SimTime, action: Action) {
        self.number += 1;
        self.queue.insert((at, self.number), action);
    }

    pub(crate) fn at(&mut self, at: SimTime, end: usize, input: Input) -> &mut Self {
        self.push(at, Action::Input(end, input));
        self
    }

    pub(crate) fn signal(&mut self, at: SimTime, end: usize, entity: Entity, signal: Signal) {
        self.at(at, end, Input::Signal(entity, signal));
    }

    pub(crate) fn command(&mut self, at: SimTime, end: usize, command: ExternalCommand) {
        self.at(at, end, Input::Command(command));
    }

    /// Runs up to `end`; `seen` is shown the pair after each step.
    pub(crate) fn run_with(&mut self, end: SimTime, mut seen: impl FnMut(&Self)) {
        loop {
            let queued = self.queue.keys().next().map(|&(at, _)| at);
            let deadlines = self.ends.iter().filter_map(Protection::next_deadline);
            let Some(next) = deadlines.chain(queued).min().filter(|&at| at <= end) else { break };
            assert!(next >= self.now, "time goes on");
            self.now = next;
            self.ends.iter_mut().for_each(|end| end.wait(next));
            if queued == Some(next)
                && let Some((_, action)) = self.queue.pop_first()
            {
                self.act(action);
            }
            self.transmit();
            for (index, end) in self.ends.iter_mut().enumerate() {
                while let Some(event) = end.next_event() {
                    self.log.push((event.at, index, event.change));
                }
            }
            seen(self);
        }
        self.now = end;
    }

    pub(crate) fn run(&mut self, end: SimTime) {
        self.run_with(end, |_| {});
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Input(end, Input::Signal(entity, signal)) => {
                self.ends[end].signal(self.now, entity, signal);
                match (entity, signal, self.hears[end]) {
                    (Entity::Protection, Signal::Failed, _) => self.hears[end] = None,
                    (Entity::Protection, _, None) => {
                        self.hears[end] = Some(self.now);
                        self.push(self.now + ACCEPT, Action::Listen(end));
                    }
                    _ => {}
                }
            }
            Action::Input(end, Input::Command(command)) => {
                if let Err(refused) = self.ends[end].command(self.now, command) {
                    self.refused.push((self.now, end, refused));
                }
            }
            Action::Listen(end) => self.listen(end),
        }
    }

    /// Gives the word that stood on the line for long enough, if one did.
    fn listen(&mut self, end: usize) {
        let Some(since) = self.hears[end].filter(|_| self.connected) else { return };
        let start = self.now.as_ps().checked_sub(ACCEPT.as_ps() + self.delay.as_ps());
        let Some(start) = start.map(SimTime::from_ps).filter(|_| since + ACCEPT <= self.now) else {
            return;
        };
        let words = &self.sent[1 - end];
        let last = words.iter().rev().find(|(at, _)| *at <= start + ACCEPT);
        if let Some(&(_, word)) = last.filter(|(at, _)| *at <= start) {
            self.ends[end].received(self.now, Some(word));
        }
    }

    fn transmit(&mut self) {
        for index in [A, Z] {
            let word = self.ends[index].transmit();
            if self.sent[index].last().is_none_or(|(_, last)| *last != word) {
                self.sent[index].push((self.now, word));
                self.push(self.now + self.delay + ACCEPT, Action::Listen(1 - index));
            }
        }
    }

    pub(crate) fn selected(&self) -> [Entity; 2] {
        [A, Z].map(|end| self.ends[end].selected())
    }

    pub(crate) fn states(&self) -> [ProtectionState; 2] {
        [A, Z].map(|end| self.ends[end].state())
    }

    /// Times at which an end switched, and to where.
    pub(crate) fn switches(&self, end: usize) -> Vec<(SimTime, Entity)> {
        let of_end = self.log.iter().filter(|(_, one, _)| *one == end);
        of_end
            .filter_map(|(at, _, change)| match change {
                ProtectionChange::Switched { to, .. } => Some((*at, *to)),
                _ => None,
            })
            .collect()
    }

    /// Times at which a defect was raised and cleared at an end.
    pub(crate) fn defect(&self, end: usize, defect: ProtectionDefect) -> Vec<(SimTime, bool)> {
        let of_end = self.log.iter().filter(|(_, one, _)| *one == end);
        of_end
            .filter_map(|(at, _, change)| match change {
                ProtectionChange::Raised(one) if *one == defect => Some((*at, true)),
                ProtectionChange::Cleared(one) if *one == defect => Some((*at, false)),
                _ => None,
            })
            .collect()
    }
}
