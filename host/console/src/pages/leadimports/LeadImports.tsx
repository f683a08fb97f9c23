import { InboxOutlined } from "@ant-design/icons";
import { Progress, Upload } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { usePages } from "../../api/pages";
import { upload } from "../../api/upload";
import { count } from "../../format/money";
import { given } from "../../parts/filters";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { type Column, Rows } from "../../parts/Rows";
import { Trouble } from "../../parts/Trouble";
import { Actor, Ago } from "../../parts/Values";
import { useLanguage, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { ImportState } from "./ImportState";
import { text } from "./text";

type View = Schemas["ImportView"];

/** Tables of leads that were imported, and the way in for another. */
export default function LeadImports() {
  const words = useWords(text);
  const list = usePages(
    ["lead-imports"],
    (cursor) => ask(api.GET("/lead-imports", { params: { query: given({ cursor }) } })),
    10_000,
  );
  return (
    <Page title={words.title} hint={words.hint}>
      <Drop />
      <Rows
        label={words.title}
        columns={useColumns()}
        rows={list.rows}
        rowKey={(one) => one.id}
        error={list.error}
        again={list.refetch}
        empty={<Nothing title={words.empty} hint={words.emptyHint} />}
        more={list.hasNextPage}
        reading={list.isFetchingNextPage}
        readMore={list.fetchNextPage}
      />
    </Page>
  );
}

/** Takes a file, and goes on to its columns. */
function Drop() {
  const words = useWords(text);
  const go = useNavigate();
  const [percent, setPercent] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const send = async (file: File) => {
    const form = new FormData();
    form.append("file", file, file.name);
    setError(null);
    setPercent(0);
    try {
      const uploaded = await upload<Schemas["Uploaded"]>("POST", "/lead-imports", form, setPercent);
      go(`/lead-imports/${uploaded.import.id}`);
    } catch (fault) {
      setError(fault);
      setPercent(null);
    }
  };
  return (
    <>
      <Upload.Dragger
        accept=".csv,.xlsx"
        showUploadList={false}
        disabled={percent !== null}
        customRequest={({ file }) => {
          if (file instanceof File) void send(file);
        }}
      >
        <p className="drop-sign">
          <InboxOutlined aria-hidden="true" />
        </p>
        <p>
          <strong>{percent === null ? words.drop : fill(words.uploading, { percent })}</strong>
        </p>
        <p className="quiet">{words.dropHint}</p>
      </Upload.Dragger>
      {percent !== null && <Progress percent={percent} aria-label={words.upload} />}
      {error !== null && <Trouble error={error} />}
    </>
  );
}

function useColumns(): Column<View>[] {
  const words = useWords(text);
  const { language } = useLanguage();
  const figure = (key: "created" | "merged" | "refused", title: string): Column<View> => ({
    key,
    title,
    right: true,
    render: (one) => (one.state === "ready" ? <span className="quiet">–</span> : count(one[key], language)),
  });
  return [
    { key: "file", title: words.file, phone: "head", render: ({ id, name }) => <Link to={`/lead-imports/${id}`}>{name}</Link> },
    { key: "state", title: words.state, phone: "mark", render: ({ state }) => <ImportState state={state} /> },
    figure("created", words.created),
    figure("merged", words.merged),
    figure("refused", words.refused),
    { key: "by", title: words.by, render: ({ actor }) => <Actor actor={actor} /> },
    { key: "at", title: words.at, render: ({ created_at }) => <Ago at={created_at} /> },
  ];
}
