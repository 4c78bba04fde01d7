//! The screen of a live network: map, services, lines, alarms, what happened; keys that act on it.
//!
//! In: the status, a few times a second; keys. Out: a picture in the terminal, and commands, the same as those of `otn
//! ctl`. What is drawn is in `draw`, what keys do in `View::press`: neither needs a terminal.

use std::time::Duration;

use anyhow::Result;
use ratatui::Frame;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::Marker;
use ratatui::text::{Line, Span};
use ratatui::widgets::canvas::{Canvas, Line as Stroke, Points};
use ratatui::widgets::{Block, Cell, List, ListItem, Paragraph, Row, Table};

use super::command::Command;
use super::conductor::Board;
use super::status::{LineStatus, Status};

/// From one picture to the next.
const PERIOD: Duration = Duration::from_millis(250);

/// Where a node is on the map: name, east, north.
pub(super) type Place = (String, f64, f64);

/// What keys act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Focus {
    Lines,
    Services,
}

/// What is shown.
pub(super) struct View {
    status: std::sync::Arc<Status>,
    places: Vec<Place>,
    focus: Focus,
    line: usize,
    service: usize,
    /// What the last key came to.
    message: String,
}

/// What a key asks for.
#[derive(Debug, PartialEq)]
pub(super) enum Asked {
    /// Nothing, or only another picture.
    Nothing,
    /// Something of the network.
    Of(Command),
    /// The end.
    End,
}

impl View {
    /// A view of a network whose nodes are at these places.
    pub(super) fn new(status: std::sync::Arc<Status>, places: Vec<Place>) -> Self {
        let (focus, message) = (Focus::Lines, String::new());
        Self { status, places, focus, line: 0, service: 0, message }
    }

    /// What a key comes to.
    pub(super) fn press(&mut self, key: KeyEvent) -> Asked {
        let lines = self.status.lines.len();
        let services = self.status.services.len();
        let (at, count) = match self.focus {
            Focus::Lines => (&mut self.line, lines),
            Focus::Services => (&mut self.service, services),
        };
        match key.code {
            KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                return Asked::End;
            }
            KeyCode::Char('q') => return Asked::End,
            KeyCode::Tab => {
                self.focus = match self.focus {
                    Focus::Lines => Focus::Services,
                    Focus::Services => Focus::Lines,
                };
            }
            KeyCode::Up => *at = at.saturating_sub(1),
            KeyCode::Down => *at = (*at + 1).min(count.saturating_sub(1)),
            KeyCode::Char(letter) => return self.letter(letter).map_or(Asked::Nothing, Asked::Of),
            _ => {}
        }
        Asked::Nothing
    }

    fn letter(&self, letter: char) -> Option<Command> {
        let line = || self.status.lines.get(self.line).map(|line| line.name.clone());
        let switch = |command: &str| {
            let service = self.status.services.get(self.service)?.name.clone();
            Some(Command::Switch { service, command: command.to_string(), end: None })
        };
        match letter {
            'c' => line().map(|line| Command::Cut { line, direction: None }),
            'r' => line().map(|line| Command::Repair { line, direction: None }),
            '+' => {
                let (by, over) = ("1 dB".to_string(), None);
                line().map(|line| Command::Attenuate { line, by, over })
            }
            '-' => {
                let (by, over) = ("-1 dB".to_string(), None);
                line().map(|line| Command::Attenuate { line, by, over })
            }
            'e' => line().map(|line| Command::Ber { line, ratio: "1e-4".to_string() }),
            'n' => line().map(|line| Command::Ber { line, ratio: "0".to_string() }),
            'f' => switch("forced"),
            'm' => switch("manual-to-protection"),
            'x' => switch("clear"),
            _ => None,
        }
    }

    /// A newer status.
    pub(super) fn refresh(&mut self, status: std::sync::Arc<Status>) {
        self.status = status;
    }

    /// What the last key came to.
    pub(super) fn tell(&mut self, message: String) {
        self.message = message;
    }
}

/// Draws until the network ends; `answer` carries commands out.
///
/// # Errors
/// A terminal that cannot be drawn to.
pub(super) fn show(
    board: &Board,
    places: Vec<Place>,
    answer: &dyn Fn(Command) -> Result<serde_json::Value, String>,
) -> Result<()> {
    let mut view = View::new(board.last(), places);
    let mut terminal = ratatui::try_init()?;
    let drawn = (|| -> Result<()> {
        while !board.has_ended() {
            view.refresh(board.last());
            terminal.draw(|frame| draw(frame, &view))?;
            if !event::poll(PERIOD)? {
                continue;
            }
            let Event::Key(key) = event::read()? else { continue };
            if key.kind != KeyEventKind::Press {
                continue;
            }
            match view.press(key) {
                Asked::Nothing => {}
                Asked::End => board.stop(),
                Asked::Of(command) => match answer(command) {
                    Ok(done) => view.tell(done["done"].to_string()),
                    Err(error) => view.tell(error),
                },
            }
        }
        Ok(())
    })();
    ratatui::restore();
    drawn
}

const GOOD: Color = Color::Green;
const BAD: Color = Color::Red;
const DOUBTFUL: Color = Color::Yellow;

/// The whole picture.
fn draw(frame: &mut Frame<'_>, view: &View) {
    let [head, middle, foot] =
        Layout::vertical([Constraint::Length(1), Constraint::Min(6), Constraint::Length(3)])
            .areas(frame.area());
    let pace = &view.status.pace;
    let title = format!(
        " {}  {:.2} s  {:.3} of real time (asked for {})  {:.0} ms behind ",
        view.status.name,
        view.status.virtual_time_s,
        pace.real_time_factor,
        pace.asked,
        pace.slip_ms
    );
    frame.render_widget(
        Paragraph::new(title).style(Style::new().add_modifier(Modifier::REVERSED)),
        head,
    );
    let foot_lines = [
        view.message.as_str(),
        "Tab lines or services  arrows choose  q end  c cut  r repair  + - attenuate 1 dB",
        "e errors 1e-4  n no errors  f forced switch  m manual switch  x clear",
    ];
    frame.render_widget(Paragraph::new(foot_lines.map(Line::from).to_vec()), foot);
    // A narrow terminal shows one thing below the other.
    let (left, right) = if middle.width >= 100 {
        let [left, right] =
            Layout::horizontal([Constraint::Percentage(50), Constraint::Percentage(50)])
                .areas(middle);
        (left, right)
    } else {
        let [left, right] =
            Layout::vertical([Constraint::Percentage(55), Constraint::Percentage(45)])
                .areas(middle);
        (left, right)
    };
    let services = view.status.services.iter().map(|s| s.directions.len()).sum::<usize>() as u16;
    let lines = view.status.lines.len() as u16;
    let [map, table, spans] = Layout::vertical([
        Constraint::Min(4),
        Constraint::Length(services.min(8) + 3),
        Constraint::Length(lines.min(8) + 3),
    ])
    .areas(left);
    draw_map(frame, view, map);
    draw_services(frame, view, table);
    draw_lines(frame, view, spans);
    let [alarms, events] =
        Layout::vertical([Constraint::Percentage(40), Constraint::Percentage(60)]).areas(right);
    draw_alarms(frame, view, alarms);
    draw_events(frame, view, events);
}

/// A line is good, has alarms, or is dark.
fn colour(line: &LineStatus, status: &Status) -> Color {
    let starts = format!("{}.rx", line.name);
    if line.directions.iter().any(|direction| !direction.light) {
        BAD
    } else if status.alarms.iter().any(|alarm| alarm.point.starts_with(&starts)) {
        DOUBTFUL
    } else {
        GOOD
    }
}

fn draw_map(frame: &mut Frame<'_>, view: &View, area: Rect) {
    let bounds = |of: fn(&Place) -> f64| {
        let low = view.places.iter().map(of).fold(f64::INFINITY, f64::min);
        let high = view.places.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
        let edge = ((high - low) * 0.15).max(0.5);
        [low - edge, high + edge]
    };
    let place = |name: &str| view.places.iter().find(|place| place.0 == name);
    let map = Canvas::default()
        .block(Block::bordered().title("map"))
        .marker(Marker::Braille)
        .x_bounds(bounds(|place| place.1))
        .y_bounds(bounds(|place| place.2))
        .paint(|canvas| {
            // Lines between the same nodes are drawn beside one another.
            for (index, line) in view.status.lines.iter().enumerate() {
                let ends = line.ends.each_ref().map(|end| place(end));
                let [Some(a), Some(b)] = ends else { continue };
                let same = |other: &&LineStatus| other.ends == line.ends;
                let before = view.status.lines[..index].iter().filter(same).count();
                let aside = before as f64 * 0.04 * (b.1 - a.1).hypot(b.2 - a.2);
                let color = colour(line, &view.status);
                canvas.draw(&Stroke { x1: a.1, y1: a.2 + aside, x2: b.1, y2: b.2 + aside, color });
            }
            canvas.layer();
            for (name, x, y) in &view.places {
                canvas.draw(&Points { coords: &[(*x, *y)], color: Color::White });
                canvas.print(*x, *y, Line::from(Span::styled(name.clone(), Modifier::BOLD)));
            }
        });
    frame.render_widget(map, area);
}

fn marked(chosen: bool, focused: bool) -> Style {
    if chosen && focused { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() }
}

fn draw_services(frame: &mut Frame<'_>, view: &View, area: Rect) {
    let rows = view.status.services.iter().enumerate().flat_map(|(index, service)| {
        service.directions.iter().map(move |direction| {
            let up = direction.up != Some(false);
            let route = service.selected.get(&direction.to).map_or("", String::as_str);
            let cells = [
                Cell::from(format!("{} {}>{}", service.name, direction.from, direction.to)),
                Cell::from(if up { "up" } else { "down" }).style(if up { GOOD } else { BAD }),
                Cell::from(route.to_string()).style(if route == "protection" {
                    DOUBTFUL
                } else {
                    Color::Reset
                }),
                Cell::from(direction.delivered.to_string()),
                Cell::from(direction.lost.to_string()),
            ];
            let chosen = index == view.service;
            Row::new(cells).style(marked(chosen, view.focus == Focus::Services))
        })
    });
    let widths = [
        Constraint::Min(14),
        Constraint::Length(4),
        Constraint::Length(10),
        Constraint::Length(11),
        Constraint::Length(8),
    ];
    let table = Table::new(rows, widths)
        .header(Row::new(["service", "", "route", "delivered", "lost"]).style(Modifier::DIM))
        .block(Block::bordered().title("services"));
    frame.render_widget(table, area);
}

fn draw_lines(frame: &mut Frame<'_>, view: &View, area: Rect) {
    let rows = view.status.lines.iter().enumerate().map(|(index, line)| {
        let color = colour(line, &view.status);
        let word = match color {
            GOOD => "good",
            BAD => "dark",
            _ => "alarm",
        };
        let of = |value: fn(&super::status::LineDirection) -> u64| {
            line.directions.iter().map(value).sum::<u64>().to_string()
        };
        let ber = line.directions.iter().map(|direction| direction.ber).fold(0.0, f64::max);
        let cells = [
            Cell::from(format!("{} {}-{}", line.name, line.ends[0], line.ends[1])),
            Cell::from(word).style(color),
            Cell::from(format!("{ber:.1e}")),
            Cell::from(of(|direction| direction.corrected_bits)),
            Cell::from(of(|direction| direction.uncorrectable_codewords)),
        ];
        Row::new(cells).style(marked(index == view.line, view.focus == Focus::Lines))
    });
    let widths = [
        Constraint::Min(14),
        Constraint::Length(6),
        Constraint::Length(8),
        Constraint::Length(11),
        Constraint::Length(10),
    ];
    let table = Table::new(rows, widths)
        .header(Row::new(["line", "", "BER", "corrected", "beyond FEC"]).style(Modifier::DIM))
        .block(Block::bordered().title("lines"));
    frame.render_widget(table, area);
}

fn draw_alarms(frame: &mut Frame<'_>, view: &View, area: Rect) {
    let alarms = view.status.alarms.iter().map(|alarm| {
        let text = format!("{} {} {}", alarm.node, alarm.point, alarm.cause);
        let style = if alarm.primary { Style::new().fg(BAD) } else { Style::new().fg(DOUBTFUL) };
        ListItem::new(text).style(style)
    });
    let title = format!("alarms: {}", view.status.alarms.len());
    frame.render_widget(List::new(alarms).block(Block::bordered().title(title)), area);
}

fn draw_events(frame: &mut Frame<'_>, view: &View, area: Rect) {
    // The newest is on top.
    let events = view.status.events.iter().rev().map(|event| {
        ListItem::new(format!("{:>9.3} {:<7} {}", event.at_s, event.kind, event.text))
    });
    frame.render_widget(List::new(events).block(Block::bordered().title("events")), area);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::status::{AlarmStatus, DirectionStatus, LineDirection, ServiceStatus};
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    use std::sync::Arc;

    fn status() -> Status {
        let dark = |light| LineDirection { light, ..LineDirection::default() };
        let line = |name: &str, light| LineStatus {
            name: name.to_string(),
            ends: ["A".to_string(), "B".to_string()],
            directions: vec![dark(light), dark(true)],
            ..LineStatus::default()
        };
        let alarm = AlarmStatus {
            node: "B".to_string(),
            point: "north.rx OTU1 OTSi".to_string(),
            cause: "cLOS".to_string(),
            primary: true,
            ..AlarmStatus::default()
        };
        let direction =
            DirectionStatus { up: Some(true), delivered: 123_456, ..Default::default() };
        let service = ServiceStatus {
            name: "lan".to_string(),
            directions: vec![direction],
            ..ServiceStatus::default()
        };
        Status {
            name: "test".to_string(),
            lines: vec![line("north", false), line("south", true)],
            services: vec![service],
            alarms: vec![alarm],
            ..Status::default()
        }
    }

    fn view() -> View {
        let places = vec![("A".to_string(), 0.0, 0.0), ("B".to_string(), 3.0, 1.0)];
        View::new(Arc::new(status()), places)
    }

    fn picture(width: u16, height: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| draw(frame, &view())).unwrap();
        terminal.backend().to_string()
    }

    #[test]
    fn a_picture_has_what_there_is_to_know() {
        for (width, height) in [(120, 40), (80, 50)] {
            let picture = picture(width, height);
            for word in ["north A-B", "dark", "good", "lan", "123456", "cLOS", "alarms: 1", "q end"]
            {
                assert!(picture.contains(word), "{word} at {width}:\n{picture}");
            }
        }
    }

    #[test]
    fn no_size_is_too_small() {
        for (width, height) in [(1, 1), (10, 3), (99, 9), (200, 5)] {
            picture(width, height);
        }
    }

    #[test]
    fn keys_are_commands_for_what_is_chosen() {
        let mut view = view();
        let mut press = |code| view.press(KeyEvent::from(code));
        let cut = |line: &str| Asked::Of(Command::Cut { line: line.to_string(), direction: None });
        assert_eq!(press(KeyCode::Char('c')), cut("north"));
        assert_eq!(press(KeyCode::Down), Asked::Nothing);
        assert_eq!(press(KeyCode::Down), Asked::Nothing);
        assert_eq!(press(KeyCode::Char('c')), cut("south"));
        assert_eq!(press(KeyCode::Tab), Asked::Nothing);
        let (service, command) = ("lan".to_string(), "forced".to_string());
        let forced = Asked::Of(Command::Switch { service, command, end: None });
        assert_eq!(press(KeyCode::Char('f')), forced);
        assert_eq!(press(KeyCode::Char('z')), Asked::Nothing);
        assert_eq!(press(KeyCode::Char('q')), Asked::End);
    }
}
