"""Where jobs run. A runner only carries work to a process; the job's row is the truth."""
