import { Button, Popconfirm } from "antd";
import { useNavigate } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { useDeed } from "../../parts/deed";
import { common } from "../../parts/text";
import { useWords } from "../../words/language";
import { put, written } from "./draft";
import { text } from "./text";

/** Switches a connection on or off, and deletes it. */
export function Deeds({ view }: { view: Schemas["ConnectionView"] }) {
  const words = useWords(text);
  const shared = useWords(common);
  const go = useNavigate();
  const { may } = useSession();
  const enabled = view.enabled ?? true;
  const params = { path: { name: view.name } };
  const turn = useDeed({
    run: () => put({ ...written(view), enabled: !enabled }, view.revision),
    renews: [["connection", view.name], ["connections"], ["status"]],
    done: words.saved,
  });
  const remove = useDeed({
    run: () => ask(api.DELETE("/connections/{name}", { params })),
    renews: [["connections"], ["status"]],
    done: words.removed,
    after: () => go("/connections"),
  });
  if (!may("connections.change")) return null;
  return (
    <>
      <Popconfirm
        title={words.removeSure}
        okText={words.remove}
        cancelText={shared.cancel}
        onConfirm={() => remove.mutate(undefined)}
      >
        <Button danger>{words.remove}</Button>
      </Popconfirm>
      <Button loading={turn.isPending} onClick={() => turn.mutate(undefined)}>
        {enabled ? words.disable : words.enable}
      </Button>
    </>
  );
}
