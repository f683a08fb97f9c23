import type { QueryKey } from "@tanstack/react-query";
import { Form, Modal } from "antd";
import type { ReactNode } from "react";
import { useWords } from "../words/language";
import { useDeed } from "./deed";
import { Trouble } from "./Trouble";
import { common } from "./text";

interface Props<F, R> {
  title: string;
  /** Words of the button; “Save” where missing. */
  ok?: string;
  initial?: Partial<F>;
  run: (fields: F) => Promise<R>;
  renews?: QueryKey[];
  done?: string | ((result: R) => string);
  after?: (result: R) => void;
  close: () => void;
  width?: number;
  children: ReactNode;
}

/** A form over the page: sends it, tells why it was refused, and closes when it is done. */
export function FormModal<F extends object, R>(props: Props<F, R>) {
  const { title, ok, initial, run, renews = [], done, after, close, width, children } = props;
  const words = useWords(common);
  const [form] = Form.useForm<F>();
  const deed = useDeed<F, R>({
    run,
    renews,
    done: done ?? words.saved,
    after: (result) => {
      close();
      after?.(result);
    },
    silent: true,
  });
  return (
    <Modal
      open
      title={title}
      okText={ok ?? words.save}
      cancelText={words.cancel}
      onCancel={close}
      onOk={form.submit}
      confirmLoading={deed.isPending}
      {...(width ? { width } : {})}
    >
      <Form<F>
        form={form}
        layout="vertical"
        scrollToFirstError
        {...(initial ? { initialValues: initial } : {})}
        onFinish={(fields) => deed.mutate(fields)}
      >
        {children}
      </Form>
      {deed.error && <Trouble error={deed.error} />}
    </Modal>
  );
}
