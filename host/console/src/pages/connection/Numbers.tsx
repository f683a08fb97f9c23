import { InputNumber } from "antd";
import { useSaid } from "../../words/language";
import type { Text } from "../../words/words";

interface Props<T> {
  value: T | undefined;
  change: (value: T) => void;
  /** Names of the fields; one without a name is shown by its own. */
  names: Record<string, Text | undefined>;
  readOnly: boolean;
}

/** All whole numbers of a value, each in a field of its own. */
export function Numbers<T extends object>({ value, change, names, readOnly }: Props<T>) {
  const say = useSaid();
  if (!value) return null;
  const numbers = Object.entries(value).filter((pair): pair is [string, number] => typeof pair[1] === "number");
  return (
    <div className="numbers">
      {numbers.map(([name, number]) => (
        <label key={name}>
          <span>{say(names[name]) || name}</span>
          <InputNumber
            min={0}
            precision={0}
            disabled={readOnly}
            style={{ width: "100%" }}
            value={number}
            onChange={(next) => next !== null && change({ ...value, [name]: next })}
          />
        </label>
      ))}
    </div>
  );
}
