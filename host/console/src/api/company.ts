import { useQuery } from "@tanstack/react-query";
import { api, ask } from "./client";

const ABSENT = { name: "", currency: "CNY", locale: "zh-CN", time_zone: "Asia/Shanghai" };

/** The company's settings: its currency and the zone whose days are its days. */
export function useCompany() {
  const query = useQuery({ queryKey: ["company"], queryFn: () => ask(api.GET("/company")), staleTime: 300_000 });
  return query.data ?? ABSENT;
}
