import type { Schemas } from "../../api/client";
import { Panel } from "../../parts/Panel";
import { useSaid, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "./text";

/** Credentials that a plugin uses, and where each may go. */
export function Slots({ slots }: { slots: Schemas["CredentialSlot"][] }) {
  const words = useWords(text);
  const say = useSaid();
  const host = (ref: Schemas["HostRef"]) => ("origin" in ref ? ref.origin : fill(words.slotSetting, { name: ref.setting }));
  const way = ({ capture, hosts = [] }: Schemas["CredentialSlot"]) => {
    const to = hosts.length > 0 ? fill(words.slotTo, { list: hosts.map(host).join(" · ") }) : words.slotSigns;
    return capture ? `${words.slotCaptured}; ${to}` : to;
  };
  return (
    <Panel title={words.slots}>
      {slots.length === 0 && <p className="quiet">{words.slotsNone}</p>}
      <ul className="stack">
        {slots.map((slot) => (
          <li key={slot.slot}>
            <strong>{say(slot.title)}</strong>{" "}
            <span className="quiet small">{slot.required && !slot.capture ? words.required : words.optional}</span>
            <p className="quiet small">{way(slot)}</p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
