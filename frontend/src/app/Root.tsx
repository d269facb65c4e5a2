import { lazy, Suspense } from "react";
import { SignInPage } from "@/features/signin/SignInPage";
import { useSessionQuery } from "@/session/session";
import { ErrorNote } from "@/ui/ErrorNote";
import { Skeleton, useSlow } from "@/ui/Loading";

const Inside = lazy(() => import("./Inside"));

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
    <Suspense fallback={<Skeleton />}>
      <Inside session={query.data} />
    </Suspense>
  );
}
