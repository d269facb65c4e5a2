import { Link } from "@tanstack/react-router";
import type { ComponentProps, ReactNode } from "react";

type Props = { href: string; children: ReactNode } & Pick<ComponentProps<"a">, "className" | "aria-label">;

/** A link from an address as the server gives it, search part included. */
export function LinkTo({ href, children, ...rest }: Props) {
  const [to, search] = href.split("?");
  return (
    <Link to={to} search={Object.fromEntries(new URLSearchParams(search)) as never} {...rest}>
      {children}
    </Link>
  );
}
