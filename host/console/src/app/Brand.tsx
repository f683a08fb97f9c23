import { Link } from "react-router";
import { useCompany } from "../api/company";

/** The mark, the name, and whose installation it is. */
export function Brand() {
  const { name } = useCompany();
  return (
    <Link to="/" className="brand">
      <img src="/mark.svg" alt="" width={32} height={32} />
      <span>
        <strong>Mortise</strong>
        {name && <small>{name}</small>}
      </span>
    </Link>
  );
}
