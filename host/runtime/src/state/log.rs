//! The plugin's log.

use mortise_domain::call::LogLine;

use super::State;

impl State {
    /// Keeps a line within the budget, known secrets blotted out.
    pub(crate) fn log(&mut self, line: LogLine) {
        let bytes =
            line.message.len() + line.fields.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        // An empty line takes room too.
        if !self.recorder().room_for_line(bytes + 16) {
            return;
        }
        let secrets = &self.confines.secrets;
        let mut line = LogLine {
            level: line.level,
            message: secrets.blot_text(line.message),
            fields: line
                .fields
                .into_iter()
                .map(|(name, value)| (secrets.blot_text(name), secrets.blot_text(value)))
                .collect(),
        };
        if let Some(hush) = &self.hush {
            hush.over_line(&mut line);
        }
        tracing::debug!(
            target: "mortise::plugin",
            connection = &*self.confines.name,
            call = self.context.call_id,
            level = line.level,
            fields = ?line.fields,
            "{}",
            line.message
        );
        self.recorder().line(line);
    }
}
