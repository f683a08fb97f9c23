import {
  ApiOutlined,
  AppstoreOutlined,
  AuditOutlined,
  BuildOutlined,
  CheckCircleOutlined,
  ContactsOutlined,
  DashboardOutlined,
  DatabaseOutlined,
  FileAddOutlined,
  FileTextOutlined,
  FunnelPlotOutlined,
  ImportOutlined,
  KeyOutlined,
  PartitionOutlined,
  PauseCircleOutlined,
  SafetyCertificateOutlined,
  SendOutlined,
  SettingOutlined,
  ShoppingOutlined,
  TagsOutlined,
  TeamOutlined,
  UserOutlined,
  WarningOutlined,
} from "@ant-design/icons";
import { type ComponentType, type LazyExoticComponent, lazy, type ReactNode } from "react";
import type { places } from "./text";

type Place = keyof typeof places;

/** A page of the console. */
export interface Entry {
  name: Place;
  /** Its address. */
  path: string;
  /** Action of the API that whoever sees it may do; none: everybody. */
  needs?: string;
  icon: ReactNode;
  page: LazyExoticComponent<ComponentType>;
}

/** Pages below one heading. */
export interface Group {
  name: Place;
  entries: Entry[];
}

/** The menu, in the order of the day's work. */
export const menu: Group[] = [
  {
    name: "work",
    entries: [
      entry("overview", "/", "status.read", <DashboardOutlined />, () => import("../pages/overview/Overview")),
      entry("orders", "/orders", "orders.read", <FileTextOutlined />, () => import("../pages/orders/Orders")),
      entry("newOrder", "/orders/new", "orders.submit", <FileAddOutlined />, () => import("../pages/neworder/NewOrder")),
      entry("holds", "/holds", "holds.read", <PauseCircleOutlined />, () => import("../pages/holds/Holds")),
      entry("approvals", "/approvals", "approvals.read", <CheckCircleOutlined />, () => import("../pages/approvals/Approvals")),
    ],
  },
  {
    name: "prospects",
    entries: [
      entry("leads", "/leads", "leads.read", <ContactsOutlined />, () => import("../pages/leads/Leads")),
      entry(
        "leadFigures",
        "/lead-figures",
        "leads.read",
        <FunnelPlotOutlined />,
        () => import("../pages/leadfigures/LeadFigures"),
      ),
      entry("leadImports", "/lead-imports", "leads.import", <ImportOutlined />, () => import("../pages/leadimports/LeadImports")),
    ],
  },
  {
    name: "operations",
    entries: [
      entry("deliveries", "/deliveries", "deliveries.read", <SendOutlined />, () => import("../pages/deliveries/Deliveries")),
      entry("tickets", "/tickets", "tickets.read", <WarningOutlined />, () => import("../pages/tickets/Tickets")),
      entry("connections", "/connections", "connections.read", <ApiOutlined />, () => import("../pages/connections/Connections")),
      entry("rules", "/rules", "rules.read", <PartitionOutlined />, () => import("../pages/rules/Rules")),
      entry("plugins", "/plugins", "plugins.read", <AppstoreOutlined />, () => import("../pages/plugins/Plugins")),
    ],
  },
  {
    name: "standing",
    entries: [
      entry("customers", "/customers", "customers.read", <TeamOutlined />, () => import("../pages/customers/Customers")),
      entry("products", "/products", "catalog.read", <ShoppingOutlined />, () => import("../pages/products/Products")),
      entry("prices", "/prices", "prices.read", <TagsOutlined />, () => import("../pages/prices/Prices")),
      entry("places", "/places", "catalog.read", <BuildOutlined />, () => import("../pages/places/Places")),
    ],
  },
  {
    name: "admin",
    entries: [
      entry("people", "/people", "users.read", <UserOutlined />, () => import("../pages/people/People")),
      entry("tokens", "/tokens", "tokens.read", <KeyOutlined />, () => import("../pages/tokens/Tokens")),
      entry(
        "publishers",
        "/publishers",
        "publishers.read",
        <SafetyCertificateOutlined />,
        () => import("../pages/publishers/Publishers"),
      ),
      entry("audit", "/audit", "audit.read", <AuditOutlined />, () => import("../pages/audit/Audit")),
      entry("retention", "/retention", "retention.read", <DatabaseOutlined />, () => import("../pages/retention/Retention")),
      entry("company", "/company", "company.read", <SettingOutlined />, () => import("../pages/company/Company")),
    ],
  },
];

/** Pages that the menu does not name: they are reached from others. */
export const further: Omit<Entry, "name" | "icon">[] = [
  { path: "/orders/:number", needs: "orders.read", page: lazy(() => import("../pages/order/Order")) },
  { path: "/orders/:number/correct", needs: "orders.correct", page: lazy(() => import("../pages/correction/Correction")) },
  { path: "/deliveries/:id", needs: "deliveries.inspect", page: lazy(() => import("../pages/delivery/Delivery")) },
  { path: "/new-connection", needs: "connections.change", page: lazy(() => import("../pages/newconnection/NewConnection")) },
  { path: "/connections/:name", needs: "connections.read", page: lazy(() => import("../pages/connection/Connection")) },
  { path: "/plugins/:digest", needs: "plugins.read", page: lazy(() => import("../pages/plugin/Plugin")) },
  { path: "/customers/:code", needs: "customers.read", page: lazy(() => import("../pages/customer/Customer")) },
  { path: "/prices/:code/:version", needs: "prices.read", page: lazy(() => import("../pages/pricelist/PriceList")) },
  { path: "/leads/:number", needs: "leads.read", page: lazy(() => import("../pages/lead/Lead")) },
  { path: "/lead-imports/:id", needs: "leads.import", page: lazy(() => import("../pages/leadimport/LeadImport")) },
  { path: "/rules/:set", needs: "rules.read", page: lazy(() => import("../pages/ruleset/RuleSet")) },
  { path: "/profile", page: lazy(() => import("../pages/profile/Profile")) },
];

function entry(
  name: Place,
  path: string,
  needs: string,
  icon: ReactNode,
  load: () => Promise<{ default: ComponentType }>,
): Entry {
  return { name, path, needs, icon, page: lazy(load) };
}
