import { useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import { useEffect } from "react";
import { api, ask } from "../../api/client";
import { forget } from "../../api/session";
import { LanguageSwitch } from "../../app/LanguageSwitch";
import { useDeed } from "../../parts/deed";
import { Trouble } from "../../parts/Trouble";
import { useWords } from "../../words/language";
import { text } from "./text";

interface Fields {
  name: string;
  password: string;
}

/** The door: a name and a password. */
export default function SignIn() {
  const words = useWords(text);
  const queries = useQueryClient();
  const enter = useDeed({
    run: (body: Fields) => ask(api.POST("/sessions", { body })),
    // What somebody else saw before is forgotten.
    after: (me) => {
      forget(queries);
      queries.setQueryData(["me"], me);
    },
    silent: true,
  });
  useEffect(() => {
    document.title = `${words.title} · Mortise`;
  }, [words]);
  return (
    <main className="door">
      <div className="door-card">
        <div className="door-head">
          <img src="/mark.svg" alt="" width={44} height={44} />
          <div>
            <h1>Mortise</h1>
            <p className="quiet">{words.lead}</p>
          </div>
        </div>
        <Form<Fields> layout="vertical" requiredMark={false} onFinish={(fields) => enter.mutate(fields)} size="large">
          <Form.Item name="name" label={words.name} rules={[{ required: true, message: words.nameMissing }]}>
            <Input autoComplete="username" autoFocus autoCapitalize="none" />
          </Form.Item>
          <Form.Item name="password" label={words.password} rules={[{ required: true, message: words.passwordMissing }]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          {enter.error && (
            <Form.Item>
              <Trouble error={enter.error} />
            </Form.Item>
          )}
          <Button type="primary" htmlType="submit" block loading={enter.isPending}>
            {words.enter}
          </Button>
        </Form>
        <p className="quiet small door-first">{words.first}</p>
      </div>
      <div className="door-foot">
        <LanguageSwitch />
      </div>
    </main>
  );
}
