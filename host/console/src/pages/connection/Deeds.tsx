import { Button, Popconfirm } from "antd";
import { useNavigate } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { useDeed } from "../../parts/deed";
import { common } from "../../parts/text";
import { useWords } from "../../words/language";
import { text } from "./text";
import { UpgradeButton } from "./Upgrade";

/** Switches a connection on or off, and deletes it. */
export function Deeds({ view }: { view: Schemas["ConnectionView"] }) {
  const words = useWords(text);
  const shared = useWords(common);
  const go = useNavigate();
  const { may } = useSession();
  const enabled = view.enabled ?? true;
  const params = { path: { name: view.name } };
  const turn = useDeed({
    run: () =>
      enabled
        ? ask(api.POST("/connections/{name}/disable", { params }))
        : ask(api.POST("/connections/{name}/enable", { params })),
    renews: [["connection", view.name], ["connections"], ["status"]],
    done: words.saved,
  });
  const remove = useDeed({
    run: () => ask(api.DELETE("/connections/{name}", { params })),
    renews: [["connections"], ["status"]],
    done: words.removed,
    after: () => go("/connections"),
  });
  return (
    <>
      {may("connections.change") && <UpgradeButton view={view} />}
      {may("connections.switch") && (
        <Button loading={turn.isPending} onClick={() => turn.mutate(undefined)}>
          {enabled ? words.disable : words.enable}
        </Button>
      )}
      {may("connections.change") && (
        <Popconfirm
          title={words.removeSure}
          okText={words.remove}
          cancelText={shared.cancel}
          onConfirm={() => remove.mutate(undefined)}
        >
          <Button danger>{words.remove}</Button>
        </Popconfirm>
      )}
    </>
  );
}
