import { Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { MustChangePage } from "@/features/signin/MustChangePage";
import { SignInPage } from "@/features/signin/SignInPage";
import { SessionProvider, useSessionQuery } from "@/session/session";
import { ErrorNote } from "@/ui/ErrorNote";
import { Skeleton, useSlow } from "@/ui/Loading";
import { SessionEnded } from "./SessionEnded";
import { Shell } from "./shell/Shell";

/** Whoever is not signed in sees the sign-in page at the address they asked for, and is there once they are. */
export function Root() {
  const query = useSessionQuery();
  const slow = useSlow(query.isPending);
  if (query.data === undefined) {
    if (query.error)
      return (
        <main className="alone">
          <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
        </main>
      );
    return slow ? <Skeleton /> : null;
  }
  if (query.data === null) return <SignInPage />;
  return (
    <SessionProvider session={query.data}>
      {query.data.must_change_password ? (
        <MustChangePage />
      ) : (
        <Shell>
          <Suspense fallback={<Skeleton />}>
            <Outlet />
          </Suspense>
        </Shell>
      )}
      <SessionEnded />
    </SessionProvider>
  );
}
