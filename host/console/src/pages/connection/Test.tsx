import { Alert, Button, Modal } from "antd";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { duration } from "../../format/quantity";
import { useDeed } from "../../parts/deed";
import { Mark } from "../../parts/Mark";
import { Trouble } from "../../parts/Trouble";
import { common } from "../../parts/text";
import { useSaid, useWords } from "../../words/language";
import { interfaces } from "../../words/names";
import { text } from "./text";

/** Tests a connection: one call for each interface that writes nothing. */
export function TestButton({ name }: { name: string }) {
  const words = useWords(text);
  const shared = useWords(common);
  const { may } = useSession();
  const [open, setOpen] = useState(false);
  const params = { path: { name } };
  const test = useDeed({ run: () => ask(api.POST("/connections/{name}/test", { params })), silent: true });
  if (!may("connections.test")) return null;
  const begin = () => {
    setOpen(true);
    test.mutate(undefined);
  };
  return (
    <>
      <Button loading={test.isPending} onClick={begin}>
        {words.test}
      </Button>
      <Modal
        open={open}
        title={words.test}
        onCancel={() => setOpen(false)}
        onOk={() => setOpen(false)}
        okText={shared.close}
        cancelButtonProps={{ hidden: true }}
      >
        <div className="stack" aria-live="polite">
          {test.isPending && <p>{words.testing}</p>}
          {test.error && <Trouble error={test.error} />}
          {test.data && <Found tested={test.data} />}
        </div>
      </Modal>
    </>
  );
}

function Found({ tested }: { tested: Schemas["Tested"] }) {
  const words = useWords(text);
  const say = useSaid();
  return (
    <>
      <Alert type={tested.works ? "success" : "error"} showIcon title={tested.works ? words.testWorks : words.testFails} />
      <ul className="stack">
        {tested.probes.map((probe) => (
          <li key={`${probe.interface} ${probe.function}`}>
            <div className="between">
              <strong>
                {say(interfaces[probe.interface])} · {probe.function}
              </strong>
              <span className="row">
                <span className="quiet small">{duration(probe.micros)}</span>
                <Mark tone={probe.works ? "good" : "bad"}>{probe.works ? words.done : words.failed}</Mark>
              </span>
            </div>
            <p className="quiet">{say(probe.message)}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
