/* Nothing is left for this file to do; pages that name it, as the pages of every SDK of API Gateway, find it. */
