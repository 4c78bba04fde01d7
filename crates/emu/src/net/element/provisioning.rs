//! What a node does when an end of it is told something else, or overhead is put into what it sends.
//!
//! Clauses: G.874 (provisioning), G.798 6.2.4.1 (dPLM), 6.2.9.1 (dMSIM). In: actions. Out: whether this node tells
//! of it.

use otn_frame::SimTime;

use super::super::injection::{At, Change, Lasts, Stage};
use super::super::log::Point;
use super::super::model::{Action, Trail};
use super::{Element, Port, Side};

impl Element {
    /// Carries out what is about provisioning and overhead; nothing for other actions.
    pub(super) fn provision(&mut self, now: SimTime, action: &Action) -> bool {
        match *action {
            Action::PayloadType { service, end, sends, expects } => {
                let path = self.path(service, end);
                path.map(|path| self.paths[path].set_types(sends, expects)).is_some()
            }
            Action::Slots { line, end, tributary, sends, expects } => {
                let port = self.by_port.get(&(line, end)).copied();
                let set =
                    |port: usize| self.ports[port].set_slots(now, tributary, (sends, expects));
                port.map(set).is_some()
            }
            Action::TerminalLoopback { service, end, on } => {
                let Some(path) = self.path(service, end) else { return false };
                self.paths[path].set_terminal_loopback(on, now);
                self.after_path(path, now);
                true
            }
            Action::Inject { at, change, lasts } => self.inject(now, (at, change, lasts)),
            _ => false,
        }
    }

    fn inject(&mut self, now: SimTime, (at, change, lasts): (At, Change, Lasts)) -> bool {
        match at {
            At::Line { line, end } => {
                let port = self.by_port.get(&(line, end)).copied();
                port.map(|port| self.ports[port].inject(change, now, lasts)).is_some()
            }
            At::Tributary { line, end, tributary } => {
                let Some(&port) = self.by_port.get(&(line, end)) else { return false };
                let queue = self.ports[port].queues.get_mut(tributary);
                queue.map(|queue| queue.inject(change, now, lasts)).is_some()
            }
            At::Path { service, end } => {
                let Some(path) = self.path(service, end) else { return false };
                if change.stage(true) == Stage::Opu {
                    self.paths[path].inject(change, now, lasts);
                    return true;
                }
                for leg in &self.paths[path].legs {
                    if let Some(queue) = self.ports[leg.port].queues.get_mut(leg.tributary) {
                        queue.inject(change, now, lasts);
                    }
                }
                true
            }
        }
    }

    /// Changes the end of a trail, where it is here.
    pub(super) fn trail(
        &mut self,
        trail: Trail,
        end: usize,
        change: &mut dyn FnMut(Side<'_>),
    ) -> bool {
        let (line, section) = match trail {
            Trail::Section(line) => (line, true),
            Trail::LinePath(line) => (line, false),
            Trail::Path(service) => {
                let path = self.path(service, end);
                return path.map(|path| change(Side::Path(&mut self.paths[path]))).is_some();
            }
            Trail::Tandem(service, tandem) => {
                let point = Point::Tandem { service, tandem, end };
                let mut all = self.ports.iter_mut().flat_map(Port::tandems_mut);
                let here = all.find(|termination| termination.has(point));
                return here.map(|here| change(Side::Tandem(here, point))).is_some();
            }
        };
        let port = self.by_port.get(&(line, end)).copied();
        port.map(|port| change(Side::Port(&mut self.ports[port], section))).is_some()
    }
}
