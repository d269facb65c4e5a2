import { lazy, Suspense, useEffect } from "react";
import { SignInPage } from "@/features/signin/SignInPage";
import { useSessionQuery } from "@/session/session";
import { ErrorNote } from "@/ui/ErrorNote";
import { Skeleton, useSlow } from "@/ui/Loading";

const load = () => import("./Inside");
const Inside = lazy(load);
const hint = "sealgate.in";
// Whoever was signed in here last time most likely still is: what they will need comes together with the answer to who they are.
if (localStorage.getItem(hint)) void load();

/** Whoever is not signed in sees the sign-in page at the address they asked for, and is there once they are. */
export function Root() {
  const query = useSessionQuery();
  const slow = useSlow(query.isPending);
  const signedIn = query.data ? true : query.data === null ? false : undefined;
  useEffect(() => {
    if (signedIn === undefined) return;
    if (signedIn) return localStorage.setItem(hint, "1");
    localStorage.removeItem(hint);
    // While the password is being typed there is time to fetch the rest.
    const timer = setTimeout(load, 1_000);
    return () => clearTimeout(timer);
  }, [signedIn]);
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
