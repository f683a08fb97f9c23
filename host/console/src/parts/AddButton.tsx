import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useSession } from "../api/session";

interface Props {
  /** Action of the API; who may not do it sees no button. */
  needs: string;
  label: string;
  add: () => void;
}

/** The button by which a list gets another entry. */
export function AddButton({ needs, label, add }: Props) {
  const { may } = useSession();
  if (!may(needs)) return null;
  return (
    <Button type="primary" icon={<PlusOutlined />} onClick={add}>
      {label}
    </Button>
  );
}
