import { Button, Form, Input } from "antd";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { FormModal } from "../../parts/FormModal";
import { useRequired } from "../../parts/rules";
import { useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "./text";

const OVER: Schemas["OrderState"][] = ["cancelled", "rejected", "shipped", "completed"];

/** Takes an order back, as long as no goods of it have left. */
export function Cancel({ order }: { order: Schemas["OrderView"] }) {
  const words = useWords(text);
  const rules = useRequired();
  const { may } = useSession();
  const [asking, setAsking] = useState(false);
  const { number } = order;
  if (!may("orders.cancel") || OVER.includes(order.state)) return null;
  return (
    <>
      <Button danger onClick={() => setAsking(true)}>
        {words.cancelOrder}
      </Button>
      {asking && (
        <FormModal<{ reason: string }, unknown>
          title={fill(words.cancelTitle, { number })}
          ok={words.cancelOrder}
          run={(body) => ask(api.POST("/orders/{number}/cancel", { params: { path: { number } }, body }))}
          renews={[["order", number], ["timeline", number], ["orders"], ["overview"], ["status"], ["holds"]]}
          done={words.cancelled}
          close={() => setAsking(false)}
        >
          <p className="quiet">{words.cancelHint}</p>
          <Form.Item name="reason" label={words.cancelReason} rules={rules}>
            <Input.TextArea rows={3} maxLength={1000} showCount autoFocus />
          </Form.Item>
        </FormModal>
      )}
    </>
  );
}
