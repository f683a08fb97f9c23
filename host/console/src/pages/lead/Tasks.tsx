import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Form, Input } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { useDeed } from "../../parts/deed";
import { FormModal } from "../../parts/FormModal";
import { Loaded } from "../../parts/Loaded";
import { Mark } from "../../parts/Mark";
import { Nothing } from "../../parts/Nothing";
import { Panel } from "../../parts/Panel";
import { useRequired } from "../../parts/rules";
import { Actor, Moment } from "../../parts/Values";
import { useWords } from "../../words/language";
import { text } from "./text";

/** What is to be done about a lead. */
export function Tasks({ number }: { number: string }) {
  const words = useWords(text);
  const { may } = useSession();
  const [adding, setAdding] = useState(false);
  const params = { path: { number } };
  const query = useQuery({
    queryKey: ["lead", number, "tasks"],
    queryFn: () => ask(api.GET("/leads/{number}/tasks", { params })),
  });
  const add = may("leads.work") && <Button onClick={() => setAdding(true)}>{words.addTask}</Button>;
  return (
    <Panel title={words.tasks} extra={add}>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title={words.tasksNone} />
          ) : (
            <ul className="stack">
              {items.map((task) => (
                <Task key={task.id} number={number} task={task} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {adding && <TaskForm number={number} close={() => setAdding(false)} />}
    </Panel>
  );
}

function Task({ number, task }: { number: string; task: Schemas["Task"] }) {
  const words = useWords(text);
  const { may } = useSession();
  const params = { path: { number, id: task.id } };
  const done = useDeed({
    run: () => ask(api.POST("/leads/{number}/tasks/{id}/done", { params })),
    renews: [["lead", number]],
    done: words.over,
  });
  const late = !task.done_at && Date.parse(task.due_at) < Date.now();
  return (
    <li>
      <div className="between">
        <strong>{task.action}</strong>
        {task.done_at && <Mark tone="good">{words.over}</Mark>}
        {late && <Mark tone="bad">{words.late}</Mark>}
      </div>
      {task.obstacle && <p className="quiet">{task.obstacle}</p>}
      <div className="between">
        <span className="quiet small">
          <Moment at={task.due_at} /> {task.assignee && <Actor actor={task.assignee} />}
        </span>
        {!task.done_at && may("leads.work") && (
          <Button size="small" loading={done.isPending} onClick={() => done.mutate(undefined)}>
            {words.done}
          </Button>
        )}
      </div>
    </li>
  );
}

interface Fields {
  action: string;
  due: Dayjs;
  obstacle?: string;
}

function TaskForm({ number, close }: { number: string; close: () => void }) {
  const words = useWords(text);
  const rules = useRequired();
  const params = { path: { number } };
  const add = ({ action, due, obstacle = "" }: Fields) =>
    ask(api.POST("/leads/{number}/tasks", { params, body: { action, obstacle, due_at: due.toISOString() } }));
  return (
    <FormModal<Fields, unknown>
      title={words.addTask}
      initial={{ due: dayjs().add(1, "day") }}
      run={add}
      renews={[["lead", number]]}
      done={words.noted}
      close={close}
    >
      <Form.Item name="action" label={words.action} rules={rules}>
        <Input autoFocus />
      </Form.Item>
      <Form.Item name="due" label={words.due} rules={rules}>
        <DatePicker showTime />
      </Form.Item>
      <Form.Item name="obstacle" label={words.obstacle}>
        <Input />
      </Form.Item>
    </FormModal>
  );
}
