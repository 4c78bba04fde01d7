//! Small networks for tests.

use otn_emu::channel::BitErrorRatio;
use otn_emu::net::model::{
    Action, Client, Hop, LightState, Line, Node, Plan, ProtectionPlan, Sends, Service, Timed,
    Tributary,
};
use otn_emu::net::trails::Traces;
use otn_emu::net::{Record, run, up_by};
use otn_frame::{PartsPerBillion, Signal, SimTime};
use otn_map::odtu::Slots;
use otn_proc::odu::mux_source::Allocation;
use otn_proc::protection::ProtectionConfig;
use otn_proc::terminal::{Fec, LineCoding};
use proptest::test_runner::{Config as ProptestConfig, RngSeed};

/// An instant in microseconds.
pub(crate) fn us(us: u64) -> SimTime {
    SimTime::from_ns(us * 1_000)
}

/// A run of a network takes seconds: a few cases, always the same ones. With `PROPTEST_CASES` or `PROPTEST_RNG_SEED`
/// there are as many as it says, and others.
pub(crate) fn few(cases: u32) -> ProptestConfig {
    let usual = ProptestConfig { max_shrink_iters: 8, ..ProptestConfig::default() };
    let asked = ["PROPTEST_CASES", "PROPTEST_RNG_SEED"].map(std::env::var_os);
    if asked.iter().any(Option::is_some) {
        return usual;
    }
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(0x0709), ..usual }
}

/// A network that grows.
pub(crate) struct Build {
    pub(crate) plan: Plan,
    allocations: Vec<Allocation>,
}

impl Build {
    /// Nodes with these clocks, in parts per million off.
    pub(crate) fn new(clocks: &[i32], duration: SimTime) -> Self {
        let node = |(n, ppm): (usize, &i32)| Node {
            name: char::from(b'A' + u8::try_from(n).unwrap()).to_string(),
            clock: PartsPerBillion::new(ppm * 1_000).unwrap(),
            location: None,
        };
        let plan = Plan {
            name: "test".to_string(),
            seed: 5,
            begin: SimTime::ZERO,
            duration,
            nodes: clocks.iter().enumerate().map(node).collect(),
            lines: Vec::new(),
            services: Vec::new(),
            actions: Vec::new(),
        };
        Self { plan, allocations: Vec::new() }
    }

    /// An OTU2 between two nodes.
    pub(crate) fn line(&mut self, ends: [usize; 2], delay: SimTime, ber: f64) -> usize {
        let steady = vec![LightState::steady(BitErrorRatio::new(ber).unwrap())];
        let slots = Slots::Opu2By8;
        let name = ends.map(|end| self.plan.nodes[end].name.clone()).concat();
        self.plan.lines.push(Line {
            name: format!("{name}{}", self.plan.lines.len()),
            ends,
            signal: Signal::Otu2,
            coding: LineCoding { fec: Fec::Rs255_239, scrambled: true },
            codes: [None, None],
            delay,
            slots: Some(slots),
            tributaries: Vec::new(),
            light: [steady.clone(), steady],
            section: Traces::default(),
            path: Traces::default(),
            degrade: None,
        });
        self.allocations.push(Allocation::new(slots));
        self.plan.lines.len() - 1
    }

    /// A line without slots between two nodes.
    pub(crate) fn whole(
        &mut self,
        ends: [usize; 2],
        signal: Signal,
        delay: SimTime,
        ber: f64,
    ) -> usize {
        let index = self.line(ends, delay, ber);
        let line = &mut self.plan.lines[index];
        (line.signal, line.slots) = (signal, None);
        index
    }

    fn place(&mut self, odu: Signal, line: usize, first: usize) -> Option<Hop> {
        let content = match self.plan.lines[line].slots {
            Some(_) => Some(self.allocations[line].place(odu, None, None).ok()?),
            None => None,
        };
        let tributaries = &mut self.plan.lines[line].tributaries;
        tributaries.push(Tributary { odu, content });
        Some(Hop { line, first, tributary: tributaries.len() - 1 })
    }

    /// A route along lines; nothing where one of them has no slots left.
    pub(crate) fn route(&mut self, odu: Signal, from: usize, lines: &[usize]) -> Option<Vec<Hop>> {
        let mut at = from;
        let hop = |line: &usize| {
            let first = usize::from(self.plan.lines[*line].ends[0] != at);
            at = self.plan.lines[*line].ends[1 - first];
            self.place(odu, *line, first)
        };
        lines.iter().map(hop).collect()
    }

    /// A service whose clients send packets of 500 octets, one each so often.
    pub(crate) fn service(
        &mut self,
        odu: Signal,
        ends: [usize; 2],
        lines: &[usize],
        every: SimTime,
    ) -> Option<usize> {
        let route = self.route(odu, ends[0], lines)?;
        let send = Sends::Numbered { octets: 500, every };
        self.plan.services.push(Service {
            name: format!("s{}", self.plan.services.len()),
            odu,
            client: Client::EthernetGfp,
            ends,
            route,
            protection: None,
            restoration: None,
            sends: [send.clone(), send],
            path: Traces::default(),
            degrade: None,
            supervision: Default::default(),
        });
        Some(self.plan.services.len() - 1)
    }

    /// Gives a service a second route.
    pub(crate) fn protect(
        &mut self,
        service: usize,
        lines: &[usize],
        config: ProtectionConfig,
    ) -> Option<()> {
        let (odu, from) = (self.plan.services[service].odu, self.plan.services[service].ends[0]);
        let route = self.route(odu, from, lines)?;
        self.plan.services[service].protection = Some(ProtectionPlan { route, config });
        Some(())
    }

    /// The light towards an end of a line is this from an instant on.
    pub(crate) fn light(
        &mut self,
        (line, end): (usize, usize),
        from: SimTime,
        light: bool,
        ber: f64,
    ) {
        let ber = BitErrorRatio::new(ber).unwrap();
        self.plan.lines[line].light[end].push(LightState { from, light, ber });
    }

    /// No light towards an end of a line from one instant to another.
    pub(crate) fn dark(&mut self, towards: (usize, usize), from: SimTime, until: SimTime) {
        self.light(towards, from, false, 0.0);
        self.light(towards, until, true, 0.0);
    }

    /// What happens next.
    pub(crate) fn at(&mut self, at: SimTime, action: Action) {
        let event = self.plan.actions.len();
        self.plan.actions.push(Timed { at, action, event });
    }

    /// The plan, with clients that begin when all is aligned.
    pub(crate) fn finished(&self) -> Plan {
        let mut plan = Plan { begin: up_by(&self.plan), ..self.plan.clone() };
        plan.actions.sort_by_key(|timed| timed.at);
        plan
    }

    /// Runs it.
    pub(crate) fn run(&self) -> Record {
        let plan = self.finished();
        let sources = plan.services.iter().map(|_| [None, None]).collect();
        run(&plan, sources, &mut |_| true).unwrap()
    }
}
