import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { registrationQuery } from "@/api/registrations";

/** The registered template that a batch was made with, by its name. */
export function TemplateLink({ id }: { id: string }) {
  const { data } = useQuery(registrationQuery(id));
  return <Link to={`/registrations/${id}`}>{data?.name ?? "…"}</Link>;
}
